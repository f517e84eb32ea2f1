/**
 * Without accents, in small letters. Each asks for both: that something ends, and that it is these messages, so that "stop
 * by at five" and "no me enviaron el paquete" are left alone.
 */
const WORDINGS = {
  english: [
    /\b(?:stop|quit|cease)\s+(?:\w+\s+){0,3}?(?:text|texts|texting|messag\w*|contact\w*|send\w*|sms)\b/,
    /\b(?:stop|quit)\s+(?:bother|harass|spamm|bugg|annoy)ing\s+(?:me|us)\b/,
    /\b(?:don'?t|do not|never|no more)\s+(?:\w+\s+){0,2}?(?:text|texts|texting|messag\w*|contact\w*|sms)\b/,
    /\b(?:don'?t|do not|no longer) (?:want|wish) (?:to (?:get|receive|be sent) )?(?:\w+\s+){0,3}?(?:texts|messages|sms)\b/,
    /\bunsubscribe\b/,
    /\b(?:opt|take|remove|leave)\s+me\s+(?:out|off|from|alone)\b/,
    /\b(?:lose|delete|remove|forget)\s+(?:my|this)\s+(?:phone\s+)?number\b/,
  ],
  spanish: [
    /\b(?:dej|par)(?:a|e|en)\s+de\s+(?:enviar|mandar|escribir|contactar|molestar)/,
    /\bno\s+(?:me\s+|nos\s+)?(?:envi|mand|escrib|contact|molest)\w*\s+mas\b/,
    /\bno\s+(?:quiero|deseo)\s+(?:recibir\s+)?(?:mas\s+)?(?:mensajes|textos|sms)\b/,
    /\bd(?:a|e|en|ar)(?:me|nos)\s+de\s+baja\b/,
  ],
  french: [
    /\b(?:arrete|cesse)z?\s+(?:de\s+|d')(?:m'|me\s+|nous\s+)?(?:envoyer|ecrire|texter|contacter|harceler|deranger)/,
    /\b(?:m'|me\s+|nous\s+)(?:envoy|envoi|ecri|contact|text)\w*\s+plus\b(?!\s+(?:tard|vite|souvent))/,
    /\bne\s+(?:veux|souhaite|desire)\s+plus\s+(?:recevoir|de\s+(?:messages|sms|textos))\b/,
    /\b(?:desabonn|desinscri)\w+/,
  ],
  german: [
    /\bhoe?r(?:en|t)?\s+(?:sie\s+)?(?:bitte\s+)?auf,?\s+(?:mir|mich|uns)\b/,
    /\bkeine\s+(?:weiteren\s+(?:nachrichten|sms|texte)|(?:nachrichten|sms|texte)\s+mehr)\b/,
    /\b(?:schreib|schick|send|kontaktier)\w*\s+(?:sie\s+)?(?:mir|mich|uns)\s+(?:bitte\s+)?nichts?\s+mehr\b/,
    /\b(?:nehm|streich|loe?sch)\w*\s+(?:sie\s+)?(?:mich|meine\s+nummer)\s+(?:bitte\s+)?(?:aus|von)\b/,
  ],
  portuguese: [
    /\bpar(?:a|e|em)\s+de\s+(?:me\s+|nos\s+)?(?:enviar|mandar|escrever|contatar|contactar|incomodar)/,
    /\bnao\s+(?:me\s+|nos\s+)?(?:envi|mand|escrev|contat|contact)\w*\s+mais\b/,
    /\bnao\s+quero\s+(?:mais\s+)?(?:receber\s+)?(?:mais\s+)?(?:mensagens|sms)\b/,
    /\bdescadastr\w+/,
  ],
  italian: [
    /\bsmett\w*\s+di\s+(?:mandar|inviar|scriver|contattar|disturbar)/,
    /\bnon\s+(?:mi\s+|ci\s+)?(?:mand|invi|scriv|contatt)\w*\s+piu\b/,
    /\bnon\s+voglio\s+(?:piu\s+)?(?:ricevere\s+)?(?:altri\s+)?(?:messaggi|sms)\b/,
  ],
  dutch: [
    /\bstop\s+met\s+(?:het\s+)?(?:sms|sturen|berichten|appen)/,
    /\bgeen\s+(?:sms|sms'jes|sms-en|berichten|berichtjes)\s+meer\b/,
    /\b(?:haal|schrijf)\s+(?:me|mij|mijn\s+nummer)\s+(?:uit|af|van)\b/,
  ],
}

const ALL = Object.values(WORDINGS).flat()

/**
 * Wording that a reasonable person reads as "stop", in the languages above: never acted upon by itself, but the agent is
 * asked to. Revocation by any reasonable means counts since April 2025 (47 CFR 64.1200(a)(10)).
 */
export function soundsLikeStop(text: string): boolean {
  const start = plain(text.slice(0, 500))
  return ALL.some((pattern) => pattern.test(start))
}

const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('\u2019', "'").toLowerCase()

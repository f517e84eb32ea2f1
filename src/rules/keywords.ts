/** Courtesy around a keyword does not make it a different word. */
const COURTESY = /^(?:please|pls|thanks|thank you)\s+|\s+(?:please|pls|thanks|thank you)$/g
const EDGES = /^[\s\p{P}\p{S}]+|[\s\p{P}\p{S}]+$/gu

/**
 * The keyword a text is: the whole of it, or its first sentence, is exactly one of `words` after trimming case, spaces,
 * quotes, punctuation and courtesy. "Stop. Thank you" is STOP; "STOP 12345" and "STOP this bill" are no keywords.
 */
export function keywordIn(text: string, words: readonly string[]): string | null {
  const [firstSentence = ''] = text.trim().split(/[.!?\n]/, 1)
  const candidates = new Set([bare(text), bare(firstSentence)])
  return words.find((word) => candidates.has(bare(word))) ?? null
}

function bare(text: string): string {
  // A keyword is short, and so is what surrounds it: no need to look at all of a long text.
  const trimmed = text.slice(0, 200).toLowerCase().replace(EDGES, '').replace(/\s+/g, ' ')
  return trimmed.replace(COURTESY, '').replace(EDGES, '')
}

const FREE_STOP = [
  /\b(?:stop|quit|cease)\s+(?:\w+\s+){0,3}?(?:text|texts|texting|messag\w*|contact\w*|send\w*|sms)\b/i,
  /\b(?:don'?t|do not|never|no more)\s+(?:\w+\s+){0,2}?(?:text|texts|texting|messag\w*|contact\w*|sms)\b/i,
  /\bunsubscribe\b/i,
  /\b(?:opt|take|remove|leave)\s+me\s+(?:out|off|from|alone)\b/i,
]

/**
 * Wording that a reasonable person reads as "stop": never acted upon by itself, but the agent is asked to. Revocation by
 * any reasonable means counts since April 2025 (47 CFR 64.1200(a)(10)).
 */
export function soundsLikeStop(text: string): boolean {
  const start = text.slice(0, 500)
  return FREE_STOP.some((pattern) => pattern.test(start))
}

import { escapeHtml } from './text.ts'

/**
 * The internal notes an agent reads, as Intercom's small HTML: in bold what happened, then what to do next. Everything
 * that comes from outside is escaped.
 */

/** `sentence` says why and what to do, in the words of the log and the README; `code` is Twilio's. */
export function smsFailed({ body, code, sentence }: { body: string; code: string; sentence: string }): string {
  const page = /^\d{5}$/.test(code)
    ? ` (<a href="https://www.twilio.com/docs/api/errors/${code}">Twilio error ${code}</a>)`
    : ''
  return note(`${textMeant(body)} did not reach the customer.`, `${escapeHtml(sentence)}${page}`)
}

export function smsUnknown({ body }: { body: string }): string {
  return note(
    `${textMeant(body)} may or may not have been delivered.`,
    'Twilio did not answer, so nobody can tell whether the text went out, and it will not be sent again by itself. ' +
      'If the customer does not react, ask for a sign or send the text once more.',
  )
}

export function replyTooLong({ segments, max }: { segments: number; max: number }): string {
  return note(
    'This reply is too long for a text and was not sent.',
    `It would take ${segments} SMS segments; at most ${max} are allowed. Send it again in shorter pieces.`,
  )
}

/** For a kind of part we do not know: silence would be worse than a question. */
export function replyTypeUnknown({ partType }: { partType: string }): string {
  return note(
    `A reply of type “${escapeHtml(partType)}” was not texted.`,
    'If it was meant for the customer, send it again as an ordinary reply.',
  )
}

export function mediaNotFetched({ count }: { count: number }): string {
  const files = count === 1 ? 'A file' : `${count} files`
  return note(
    `${files} the customer sent could not be fetched from Twilio.`,
    'The text above is complete. Ask the customer to send it again, or find it in the Twilio console.',
  )
}

/** In each conversation of a customer that is open when they are erased. */
export function customerErased(): string {
  return note(
    'The data of this customer was erased, as asked for.',
    'Replies here are not texted any more. If the customer texts again, a new conversation begins. ' +
      'What stands in Intercom is still there: delete the contact to erase it as well.',
  )
}

/** A conversation of which nothing is known any more. */
export function conversationForgotten(): string {
  return note(
    'This reply was not texted.',
    'What the bridge knew of this conversation was erased, or is older than it keeps. To text the customer from here, ' +
      'write a note that begins with /sms.',
  )
}

export interface NamedContact {
  id: string
  name: string | null
}

/** `phone` as people write it; `used` is the contact the conversation is with. */
export function severalContacts(match: { phone: string; used: NamedContact; others: NamedContact[] }): string {
  const names = match.others.map(nameOf).join(', ')
  return note(
    `Several contacts have the phone number ${escapeHtml(match.phone)}.`,
    `This conversation is with ${nameOf(match.used)}, who was active most recently. Also found: ${names}. ` +
      'If they are one person, merge them; if not, remove the number from the wrong ones.',
  )
}

export function smsNotPosted({ sentence }: { sentence: string }): string {
  return note(
    'A text from this customer could not be added to the conversation.',
    `${escapeHtml(sentence)} The text is kept; whoever runs the bridge can read it and retry it in the console.`,
  )
}

/** For alphanumeric senders, which are names and not numbers. */
export function cannotBeTexted({ address }: { address: string }): string {
  return note(
    `“${escapeHtml(address)}” cannot receive texts, so this reply was not sent.`,
    'The sender is a name and not a phone number. Reach the customer in another way.',
  )
}

export function attachmentSentAsLink({ name }: { name: string }): string {
  return note(
    `The attachment “${escapeHtml(name)}” was sent as a link.`,
    'It could not travel as a picture message. The link expires: send the file again if the customer opens it too late.',
  )
}

/** `sentence` says why: too large, not to be downloaded, switched off. */
export function attachmentNotSent({ name, sentence }: { name: string; sentence: string }): string {
  return note(
    `The attachment “${escapeHtml(name)}” was not sent.`,
    `${escapeHtml(sentence)} Send a smaller file, or a link to it.`,
  )
}

export function textBlocked({ body }: { body: string }): string {
  return note(
    `${textMeant(body)} was not texted: the customer has opted out.`,
    'The customer can change this by texting START. Reach the customer another way if you must.',
  )
}

/** `country`: ISO 3166-1 alpha-2; null when nobody can tell. */
export function countryNotAllowed({ body, country }: { body: string; country: string | null }): string {
  const where = country === null ? 'this country' : `this country (${escapeHtml(country)})`
  return note(
    `${textMeant(body)} was not texted: texts to ${where} are not allowed.`,
    'Whoever runs the bridge decides which countries are. Reach the customer another way if you must.',
  )
}

/** What the bridge has texted without being asked by an agent. */
export function saidByItself({ origin, body }: { origin: string; body: string }): string {
  const what = origin === 'survey' ? 'Asked' : 'Answered'
  return note(
    `${what} automatically:`,
    `“${escapeHtml(body)}” The customer has this text; nothing needs to be done about it.`,
  )
}

/** A text that was answered by itself and does not go to the inbox. */
export function keywordKeptOut({ body }: { body: string }): string {
  return note(
    `The customer texted “${escapeHtml(body.slice(0, 160))}”, which is a keyword.`,
    'It is dealt with automatically and does not wait for an answer.',
  )
}

export function automaticStopped(): string {
  return note(
    'Automatic answers to this number have stopped for now.',
    'So many texts came so fast, or in the same words, that a machine may be answering. Answer yourself if it is a person.',
  )
}

export function responderSilent(): string {
  return note(
    'Your own bot has failed to answer several times in a row.',
    'Texts come to the inbox as usual: answer them yourself, and tell whoever runs the bot.',
  )
}

export function surveyAnswered({ answer, low }: { answer: string; low: boolean }): string {
  return note(
    `The customer answered the survey with “${escapeHtml(answer)}”.`,
    low
      ? 'That is low, so the conversation is open again: find out what went wrong.'
      : 'It is counted; nothing needs to be done.',
  )
}

/** In the new conversation. `quote` is the text, sent by program or from the sidebar, that the customer answers. */
export function answersProgram(o: { quote: string; previous: string | null; byTeammate: boolean }): string {
  const before = o.previous ? ` The conversation before is <a href="${escapeHtml(o.previous)}">here</a>.` : ''
  return note(`The customer answers a text that was sent ${sentFrom(o)}:`, `“${escapeHtml(o.quote)}”${before}`)
}

/** In the conversation that is left behind. */
export function continuedElsewhere(o: { next: string; byTeammate: boolean }): string {
  return note(
    `The customer has answered a text that was sent ${sentFrom(o)}.`,
    `It goes on in <a href="${escapeHtml(o.next)}">a new conversation</a>; this one is closed.`,
  )
}

const sentFrom = ({ byTeammate }: { byTeammate: boolean }) => (byTeammate ? 'from the sidebar' : 'by program')

/** A teammate's text from the sidebar is no part of the conversation. `at` as people write it; null for at once. */
export function textedFromSidebar(o: { by: string; body: string; at: string | null; begins: boolean }): string {
  const answer = o.begins ? 'The customer’s answer begins a new conversation.' : 'The customer’s answer comes in here.'
  const when = o.at === null ? 'texted the customer' : `will text the customer at ${escapeHtml(o.at)}`
  return note(
    `${escapeHtml(o.by)} ${when} from the sidebar.`,
    `“${lines(o.body)}” ${answer} Should the text not arrive, a note says so.`,
  )
}

export function textCanceled({ by, body }: { by: string; body: string }): string {
  return note(`${escapeHtml(by)} canceled a text that waited.`, `“${lines(body)}” is not sent.`)
}

/** `sentAt` in Unix ms. The first words say which text is meant, should several have been missed. */
export function textWasMissed({ sentAt, body }: { sentAt: number; body: string }): string {
  const when = new Date(sentAt).toISOString().replace('T', ' ').slice(0, 16)
  return note(
    `A text arrived late: it was sent at ${when} UTC.`,
    `The bridge could not be reached then and has just found it at Twilio${body ? `: ${beginning(body)}` : ''}.`,
  )
}

/** For those who keep customers' files out of Intercom. */
export function mediaAsLinks({ links }: { links: { url: string; contentType: string }[] }): string {
  const list = links.map(({ url, contentType }) => `<a href="${escapeHtml(url)}">${escapeHtml(contentType)}</a>`)
  return note('The customer sent files.', `Open them here: ${list.join(', ')}.`)
}

export function redactedAfterSending(): string {
  return note(
    'The message deleted here had already been texted.',
    'A text cannot be taken back: it is still on the customer’s phone. Send a correction if one is needed.',
  )
}

/** What the operator wrote into a rule. */
export function routed({ words }: { words: string }): string {
  return note('A rule for new conversations applies here.', escapeHtml(words))
}

/** `assignee` as it is written in the rule; `sentence` says why. */
export function notAssigned({ assignee, sentence }: { assignee: string; sentence: string }): string {
  return note(
    `This conversation should have gone to ${escapeHtml(assignee)}, and did not.`,
    `${escapeHtml(sentence)} Assign it by hand; whoever runs the bridge can mend the rule.`,
  )
}

function nameOf({ id, name }: NamedContact): string {
  return `${escapeHtml(name?.trim() || 'no name')} (contact ${escapeHtml(id)})`
}

/** The words of a person, line by line. */
export function lines(words: string): string {
  return escapeHtml(words).replaceAll('\n', '<br>')
}

/** `happened` and `next` are HTML already. */
export function note(happened: string, next: string): string {
  return `<p><b>${happened}</b> ${next}</p>`
}

/** Which text of ours a note is about, as the beginning of a sentence. */
const textMeant = (body: string) => (body.trim() === '' ? 'A file' : beginning(body))

function beginning(body: string): string {
  const letters = [...body]
  return `“${escapeHtml(letters.slice(0, 40).join(''))}${letters.length > 40 ? '…' : ''}”`
}

import { countSegments, MAX_SMS_LENGTH } from '../segments.ts'

/** What a teammate has put into the sidebar so far. */
export interface Draft {
  body: string
  /** One of our senders. */
  from: string
  /** Of the conversation; never texted. */
  subject: string
  when: string
  at: string
  /** `continue` or `new`. */
  conversation: string
}

/** Two thousand characters more than a text holds: enough to say that it is too long. */
const MAX_FIELD = MAX_SMS_LENGTH + 2000

export function draftOf(input: Record<string, string>): Draft {
  const read = (id: string) => (input[id] ?? '').slice(0, MAX_FIELD)
  return {
    body: read('body'),
    from: read('from'),
    subject: read('subject').trim().slice(0, 255),
    when: read('when') || 'now',
    at: read('at'),
    conversation: read('conversation') || 'continue',
  }
}

/** Why these words cannot be texted, in a sentence for the teammate; null when they can. */
export function bodyFault(body: string, maxSegments: number): string | null {
  if (body.trim() === '') return 'Write the text first.'
  if (body.length > MAX_SMS_LENGTH) return 'This is too long: a text holds 1,600 characters at most.'
  const { segments } = countSegments(body)
  return segments > maxSegments
    ? `This is too long: it takes ${segments} SMS segments, and at most ${maxSegments} are allowed.`
    : null
}

/** `each`: the price of a segment, null when it is not known. */
export function countWords(body: string, each: number | null): string {
  const { segments, encoding } = countSegments(body)
  const size = `${body.length} characters, ${segments === 1 ? '1 segment' : `${segments} segments`} (${encoding})`
  const cost =
    each === null
      ? 'the cost is not known yet'
      : `about ${(each * segments).toFixed(4)} as texts from this number have cost`
  return `${size}; ${cost}.`
}

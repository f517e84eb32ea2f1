import { sourceOf } from './consent-notes.ts'
import { note } from './notes.ts'
import { channelOf, formatForPeople } from './phone.ts'
import { escapeHtml } from './text.ts'

/** As Twilio gives it with a text: https://www.twilio.com/docs/messaging/guides/webhook-request */
export interface Place {
  city?: string
  state?: string
  country?: string
}

/** What there is to know of a customer when a conversation begins. Times in Unix ms. */
export interface Context {
  customer: string
  /** Our number. */
  number: string
  place: Place
  /** Conversations before this one, and links to the latest of them. */
  earlier: { count: number; latest: { url: string; openedAt: number }[] }
  /** The latest opt-outs, newest first; `number` empty = from all our numbers, `endedAt` null = in force. */
  optOuts: { number: string; source: string; at: number; endedAt: number | null }[]
}

const CHANNELS = { sms: 'SMS', mms: 'SMS', whatsapp: 'WhatsApp', rcs: 'RCS' }

/** Whether there is anything to tell besides the two numbers, of which the inbox shows one, and everybody knows an only one. */
export function tellsMore({ place, earlier, optOuts }: Context): boolean {
  return placeInWords(place) !== '' || earlier.count > 0 || optOuts.length > 0
}

/** The note with which a new conversation begins, for whoever opens it first. */
export function newConversation(context: Context): string {
  const { customer, number, place, earlier, optOuts } = context
  const silent = optOuts.some((one) => one.endedAt === null && (one.number === '' || one.number === number))
  const where = placeInWords(place)
  const sentences = [
    silent
      ? 'Replies here are not texted: the customer has opted out. They can change this by texting START.'
      : 'Replies here are sent to the customer\u2019s phone.',
    where && `From ${escapeHtml(where)}.`,
    earlierInWords(earlier),
    escapeHtml(optOutsInWords(optOuts, number)),
  ]
  const channel = CHANNELS[channelOf(customer, 0)]
  return note(
    `New ${channel} conversation: ${people(customer)} wrote to ${people(number)}.`,
    sentences.filter((sentence) => sentence !== '').join(' '),
  )
}

/** "Springfield, IL, US"; empty when Twilio gave nothing. */
export function placeInWords({ city, state, country }: Place): string {
  return [city && inCapitals(city) ? titled(city) : city, state, country].filter((part) => part).join(', ')
}

/** Twilio writes cities in capitals. */
const inCapitals = (words: string) => words === words.toUpperCase()
const titled = (words: string) => words.toLowerCase().replace(/(?<!\p{L})\p{L}/gu, (letter) => letter.toUpperCase())

function earlierInWords({ count, latest }: Context['earlier']): string {
  if (count === 0) return ''
  const links = latest.map(({ url, openedAt }) => `<a href="${escapeHtml(url)}">${day(openedAt)}</a>`).join(', ')
  return `Earlier conversations by text: ${count}, the latest of ${links}.`
}

/** A sentence for each; empty when there are none. */
export function optOutsInWords(optOuts: Context['optOuts'], ours: string): string {
  return optOuts.map((one) => optOutInWords(one, ours)).join(' ')
}

function optOutInWords({ number, source, at, endedAt }: Context['optOuts'][number], ours: string): string {
  const from = number === ours ? '' : number === '' ? ' of all our numbers' : ` of ${formatForPeople(number)}`
  const until = endedAt === null ? '' : `, and in again on ${day(endedAt)}`
  return `Opted out${from} on ${day(at)}, ${sourceOf(source)}${until}.`
}

const people = (address: string) => escapeHtml(formatForPeople(address))

const day = (at: number) => new Date(at).toISOString().slice(0, 10)

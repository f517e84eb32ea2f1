import type { Conversation, Part } from '../../src/sandbox/intercom-server.ts'
import type { Stage } from './stage.ts'

export const NEVER = Number.POSITIVE_INFINITY

/** Something said on one shore, and whether the bridge was told of it at once. */
export interface Said {
  body: string
  /** Place of the webhook that told it first, and of the first one that the bridge answered 2xx; or `NEVER`. */
  firstTold: number
  heard: number
  /** Nobody listened whenever it was told, if it was at all. */
  missed: boolean
}

/** What customers sent to one number of ours, oldest first. */
export function textsOf({ twilio }: Stage, phone: string): Said[] {
  const sent = twilio.messages.filter((sms) => sms.direction === 'inbound' && sms.from === phone)
  const told = twilio.deliveries.map(({ params, ...answer }) => ({ ids: [params.MessageSid ?? ''], ...answer }))
  return sent.map(({ body, sid }) => ({ body, ...toldOf(told, sid) }))
}

/** The customer's words in Intercom, oldest first. */
export function postedFor(stage: Stage, phone: string): string[] {
  return conversationsOf(stage, phone).flatMap(({ source, parts }) => [
    ...(source.deliveredAs === 'customer_initiated' ? [source.text] : []),
    ...parts.filter(({ author }) => author.type === 'user').flatMap(({ text }) => text ?? []),
  ])
}

export interface Reply extends Said {
  partId: string
}

/** What agents wrote to a customer, oldest first. */
export function repliesTo(stage: Stage, phone: string): Reply[] {
  const told = stage.intercom.deliveries
    .filter(({ topic }) => topic.startsWith('conversation.admin.'))
    .map(({ payload, ...answer }) => ({ ids: partIdsIn(payload), ...answer }))
  return conversationsOf(stage, phone)
    .flatMap(({ parts }) => parts)
    .filter(isReply)
    .map(({ id, body }) => ({ partId: id, body: plain(body ?? ''), ...toldOf(told, id) }))
}

/** What reached Twilio for a customer, in the order it came. */
export function sentTo({ twilio }: Stage, phone: string): string[] {
  return twilio.sent.filter(({ to }) => to === phone).map(({ body }) => body)
}

/** Those that are gone as well, oldest first. */
export function conversationsOf({ intercom, gone }: Stage, phone: string): Conversation[] {
  const ids = intercom.contacts.filter((contact) => contact.phone === phone).map(({ id }) => id)
  return [...gone, ...intercom.conversations].filter(({ contactIds }) => contactIds.some((id) => ids.includes(id)))
}

/** Notes that tell an agent of a reply that failed, or may have. */
export function failureNotes({ parts }: Conversation): Part[] {
  return parts.filter(
    ({ partType, body }) => partType === 'note' && /did not reach the customer|may or may not have been/.test(body ?? ''),
  )
}

const isReply = ({ partType, author, body, appPackageCode }: Part) =>
  author.type === 'admin' && partType !== 'note' && body !== null && appPackageCode === null

const plain = (html: string) => html.replace(/<[^>]*>/g, '')

interface Told {
  ids: string[]
  status: number
  error?: string
}

function toldOf(told: Told[], id: string): Omit<Said, 'body'> {
  const place = (index: number) => (index < 0 ? NEVER : index)
  const about = (one: Told) => one.ids.includes(id)
  return {
    firstTold: place(told.findIndex(about)),
    heard: place(told.findIndex((one) => about(one) && one.status >= 200 && one.status < 300)),
    missed: told.filter(about).every(({ error }) => error === 'ECONNREFUSED'),
  }
}

function partIdsIn(payload: unknown): string[] {
  return [...JSON.stringify(payload).matchAll(/"type":"conversation_part","id":"(\d+)"/g)].flatMap(([, id]) => id ?? [])
}

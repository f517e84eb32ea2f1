import type { Conversation, Delivery, Part } from '../../src/sandbox/intercom-server.ts'
import type { Stage } from './stage.ts'

const NEVER = Number.POSITIVE_INFINITY

/** When the bridge was told of something, as places in the order of all webhooks of one service. */
interface Told {
  first: number
  /** The first time that it answered 2xx. */
  heard: number
  /** Nobody listened whenever it was told, if it was at all. */
  missed: boolean
}

export interface Said extends Told {
  body: string
}

/** What was said with one customer, on both shores, everything in order. */
export interface Evidence {
  /** From the customer's phone, and what of it is in Intercom. */
  texts: Said[]
  posted: string[]
  /** From agents, and what of it is at Twilio. */
  replies: (Said & { partId: string })[]
  sent: string[]
  /** Those that were deleted as well. */
  conversations: Conversation[]
}

/** By the customer's number. */
export function gather(stage: Stage): Map<string, Evidence> {
  const all = new Map<string, Evidence>()
  const { twilio } = stage
  const texts = tellings(twilio.deliveries, ({ params }) => [params.MessageSid ?? ''])
  for (const { direction, from, body, sid } of twilio.messages) {
    if (direction === 'inbound') of(all, from ?? '').texts.push({ body, ...(texts.get(sid) ?? UNTOLD) })
  }
  for (const { to, body } of twilio.sent) of(all, to).sent.push(body)
  gatherConversations(stage, all)
  return all
}

function gatherConversations({ intercom, gone }: Stage, all: Map<string, Evidence>): void {
  const phones = new Map(intercom.contacts.map(({ id, phone }) => [id, phone]))
  const replies = tellings(intercom.deliveries, repliesIn)
  for (const conversation of [...gone, ...intercom.conversations]) {
    const phone = conversation.contactIds.map((id) => phones.get(id)).find((number) => number)
    if (!phone) continue
    const evidence = of(all, phone)
    const { source, parts } = conversation
    evidence.conversations.push(conversation)
    if (source.deliveredAs === 'customer_initiated') evidence.posted.push(source.text)
    for (const { author, text } of parts) if (author.type === 'user' && text !== null) evidence.posted.push(text)
    for (const { id, body } of parts.filter(isReply)) {
      evidence.replies.push({ partId: id, body: plain(body ?? ''), ...(replies.get(id) ?? UNTOLD) })
    }
  }
}

export function acknowledgedTexts(deliveries: Stage['twilio']['deliveries']): string[] {
  return deliveries.filter(ok).flatMap(({ params }) => params.MessageSid ?? [])
}

/** Ids of agents' parts. */
export function acknowledgedReplies(deliveries: Stage['intercom']['deliveries']): string[] {
  return deliveries.filter(ok).flatMap(repliesIn)
}

const ok = ({ status }: { status: number }) => status >= 200 && status < 300

/** Notes that tell an agent of a reply that failed, or may have. */
export function failureNotes({ parts }: Conversation): Part[] {
  const words = /did not reach the customer|may or may not have been delivered/
  return parts.filter(({ partType, body }) => partType === 'note' && words.test(body ?? ''))
}

const isReply = ({ partType, author, body, appPackageCode }: Part) =>
  author.type === 'admin' && partType !== 'note' && body !== null && appPackageCode === null

const plain = (html: string) => html.replace(/<[^>]*>/g, '')

function of(all: Map<string, Evidence>, phone: string): Evidence {
  const known = all.get(phone) ?? { texts: [], posted: [], replies: [], sent: [], conversations: [] }
  all.set(phone, known)
  return known
}

const UNTOLD: Told = { first: NEVER, heard: NEVER, missed: true }

function tellings<T extends { status: number; error?: string }>(deliveries: readonly T[], ids: (one: T) => string[]) {
  const told = new Map<string, Told>()
  for (const [place, delivery] of deliveries.entries()) {
    for (const id of ids(delivery)) {
      const before = told.get(id) ?? { ...UNTOLD, first: place }
      const heard = ok(delivery) ? Math.min(before.heard, place) : before.heard
      told.set(id, { ...before, heard, missed: before.missed && delivery.error === 'ECONNREFUSED' })
    }
  }
  return told
}

/** Asked many times, and a payload does not change. */
const partIds = new WeakMap<Delivery, string[]>()

/** Parts that a notification announces; other topics repeat old ones. */
function repliesIn(delivery: Delivery): string[] {
  if (!delivery.topic.startsWith('conversation.admin.') || delivery.topic === 'conversation.admin.noted') return []
  const known = partIds.get(delivery)
  if (known) return known
  const json = JSON.stringify(delivery.payload)
  const ids = [...json.matchAll(/"type":"conversation_part","id":"(\d+)"/g)].flatMap(([, id]) => id ?? [])
  partIds.set(delivery, ids)
  return ids
}

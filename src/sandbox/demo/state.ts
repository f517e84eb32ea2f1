import { formatForPeople, phoneOf } from '../../rules/phone.ts'
import { toSmsText } from '../../rules/text.ts'
import type { Attachment, Conversation, IntercomStandIn, Part } from '../intercom-server.ts'
import type { Message, TwilioStandIn } from '../twilio-server.ts'
import { type Detail, detailsOf } from './details.ts'
import { CUSTOMERS, OURS, SUPPORT } from './people.ts'
import type { Guest, Player, ShownScene } from './player.ts'
import { CONSOLE_TOKEN } from './settings.ts'
import type { Step } from './trail.ts'

export interface Shores {
  twilio: TwilioStandIn
  intercom: IntercomStandIn
}

export interface WaitingText {
  id: string
  phone: string
  body: string
  photo: boolean
}

/** One text on a phone. */
interface Bubble {
  id: string
  /** Written on this phone. */
  mine: boolean
  /** Ours, as the phone calls it; null where every text is with the one at the top. */
  via: string | null
  text: string
  /** Addresses on the page's own server. */
  images: string[]
  /** Twilio's word for where it is; `waiting` while Twilio is down. */
  status: string
  /** Unix milliseconds; null for what Twilio has not got yet. */
  at: number | null
}

/** One entry of a conversation. */
interface Item {
  id: string
  kind: 'customer' | 'agent' | 'note' | 'event'
  author: string
  text: string
  images: string[]
  /** Names of what is no picture. */
  files: string[]
  at: number
}

interface InboxConversation {
  id: string
  name: string
  phone: string
  state: Conversation['state']
  /** The customer spoke last. */
  waiting: boolean
  tags: string[]
  details: Detail[]
  items: Item[]
}

/** Everything the page shows. */
export interface State {
  down: { twilio: boolean; intercom: boolean }
  phones: { phone: string; name: string; label: string; bubbles: Bubble[] }[]
  /** Latest activity first. */
  conversations: InboxConversation[]
  trail: readonly Step[]
  scenes: readonly ShownScene[]
  /** Lets operators into the console. */
  consoleToken: string
}

export function snapshot(o: {
  shores: Shores
  waiting: readonly WaitingText[]
  trail: readonly Step[]
  player: Player
  guests: readonly Guest[]
}): State {
  const { twilio, intercom } = o.shores
  return {
    down: { twilio: twilio.down, intercom: intercom.down },
    phones: [...CUSTOMERS, ...o.guests].map(({ phone, name }) => ({
      phone,
      name,
      label: formatForPeople(phone),
      bubbles: bubblesOn(phone, o),
    })),
    conversations: [...intercom.conversations]
      .sort((a, b) => b.updatedAt - a.updatedAt)
      .map((conversation) => inboxConversation(intercom, conversation)),
    trail: o.trail,
    scenes: o.player.scenes,
    consoleToken: CONSOLE_TOKEN,
  }
}

function bubblesOn(phone: string, o: { shores: Shores; waiting: readonly WaitingText[] }): Bubble[] {
  const isIts = (address: string | null) => address !== null && phoneOf(address) === phone
  const texts = o.shores.twilio.messages.filter(({ from, to }) => isIts(from) || isIts(to))
  const waiting = o.waiting.filter((text) => text.phone === phone)
  // What is written on the page goes to the number at the top, which then need not be named at every text.
  const onlyTheUsual = texts.every(({ from, to }) => from === SUPPORT || to === SUPPORT)
  const bubbles = [...texts.map((text) => bubble(text, isIts(text.from))), ...waiting.map(waitingBubble)]
  return onlyTheUsual ? bubbles.map((one) => ({ ...one, via: null })) : bubbles
}

function named(number: string): string {
  return `${OURS.get(number) ?? ''} ${formatForPeople(number)}`.trim()
}

function bubble({ sid, from, to, body, media, status, dateCreated }: Message, mine: boolean): Bubble {
  const images = media.map((file) => `/files/${file.sid}`)
  const via = named((mine ? to : from) ?? '')
  return { id: sid, mine, via, text: body, images, status, at: dateCreated }
}

function waitingBubble({ id, body, photo }: WaitingText): Bubble {
  const images = photo ? ['/photo.png'] : []
  return { id, mine: true, via: named(SUPPORT), text: body, images, status: 'waiting', at: null }
}

function inboxConversation(intercom: IntercomStandIn, conversation: Conversation): InboxConversation {
  const { id, source, parts, state, tags, waitingSince, contactIds, createdAt } = conversation
  const contact = intercom.contacts.find((candidate) => contactIds.includes(candidate.id))
  const phone = contact?.phone ? formatForPeople(contact.phone) : ''
  const name = contact?.name ?? phone
  const first: Item = {
    id: source.id,
    kind: 'customer',
    author: name,
    text: source.text,
    images: [],
    files: [],
    at: createdAt,
  }
  return {
    id,
    name,
    phone,
    state,
    waiting: waitingSince !== null && state === 'open',
    tags: tags.map((tag) => tag.name),
    details: detailsOf(conversation, contact),
    items: [first, ...parts.flatMap((part) => itemsOf(part, name))],
  }
}

const EVENTS: Record<string, string> = {
  close: 'closed the conversation',
  open: 'reopened the conversation',
  snoozed: 'snoozed the conversation',
  unsnoozed: 'woke the conversation',
}

/** The words of a part, and what it did to the conversation. */
function itemsOf(part: Part, name: string): Item[] {
  const { id, partType, author, attachments, createdAt } = part
  const byCustomer = author.type === 'user' || author.type === 'lead'
  const who = byCustomer ? name : (author.name ?? '')
  const [pictures, others] = [attachments.filter(isPicture), attachments.filter((file) => !isPicture(file))]
  const base = { author: who, images: pictures.map(fileAddress), files: others.map(({ name }) => name), at: createdAt }
  const kind = partType === 'note' ? 'note' : byCustomer ? 'customer' : 'agent'
  const text = part.text !== null && byCustomer ? part.text : toSmsText(part.body ?? '').text
  const event = EVENTS[partType]
  const items: Item[] = []
  if (part.body !== null) items.push({ ...base, id, kind, text })
  if (event) items.push({ ...base, id: `${id}-event`, kind: 'event', text: `${who} ${event}`, images: [], files: [] })
  return items
}

const isPicture = ({ contentType }: { contentType: string }) => contentType.startsWith('image/')
const uploadId = ({ url }: Attachment) => new URL(url).pathname.split('/')[2] ?? ''
const fileAddress = (attachment: Attachment) => `/files/${uploadId(attachment)}`

/** A picture that went through one of the services, by the last part of its address on the page. */
export function findFile({ twilio, intercom }: Shores, id: string): { contentType: string; data: Buffer } | undefined {
  return (
    twilio.messages.flatMap(({ media }) => media).find(({ sid }) => sid === id) ??
    intercom.conversations
      .flatMap(({ parts }) => parts.flatMap(({ attachments }) => attachments))
      .find((attachment) => uploadId(attachment) === id)
  )
}

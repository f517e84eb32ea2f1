import type { Shown } from '../rules/canvas/screen.ts'
import { addressKind, channelOf, countryOf, normalizeAddress } from '../rules/phone.ts'
import { pricePerSegment } from '../rules/price.ts'
import { customersOf } from '../store/contacts.ts'
import type { Tx } from '../store/database.ts'
import { lastTexts, recentPrices } from '../store/last-texts.ts'
import { isOptedOut } from '../store/opt-outs.ts'
import { openConversationOf, type Thread, threadOfConversation } from '../store/threads.ts'
import type { Ctx } from './context.ts'
import { senderFor } from './request-message.ts'
import type { SidebarRequest } from './sidebar.ts'
import { knownThread } from './thread-of.ts'

const TEXTS_SHOWN = 5

/** Whom a teammate is looking at, and which of our senders it is about. */
export interface Pair {
  customer: string
  sender: string
  senders: string[]
  /** Null until the two have been in touch. */
  thread: Thread | null
}

type Parts = Pick<Ctx, 'config' | 'now'>

/**
 * The address of the contact beside the conversation: of somebody who has texted it is known by the contact's id; for
 * anybody else it is the phone that Intercom names. Never that of another participant of the conversation.
 */
export async function customerOf({ config }: Parts, tx: Tx, request: SidebarRequest): Promise<string | null> {
  const known = request.contactId === null ? [] : await customersOf(tx, request.contactId)
  const viewed = await viewedThread(tx, request)
  if (viewed && known.includes(viewed.customer)) return viewed.customer
  return known[0] ?? (request.phone === null ? null : normalizeAddress(request.phone, config.defaultCountry))
}

/** @param from what the teammate chose; else the sender of the conversation beside, else the one used last */
export async function pairOf(o: Parts, tx: Tx, request: SidebarRequest, customer: string, from: string): Promise<Pair> {
  const viewed = await viewedThread(tx, request)
  const usual = viewed?.customer === customer ? viewed.number : await senderFor(o, tx, customer)
  const own = o.config.twilio.phoneNumbers.filter((number) => channelOf(number, 0) === channelOf(customer, 0))
  const senders = own.includes(usual) ? own : [usual, ...own]
  const wanted = from === 'service' ? '' : from
  const sender = from !== '' && senders.includes(wanted) ? wanted : usual
  return { customer, sender, senders, thread: await knownThread(o, tx, sender, customer) }
}

export async function shownOf({ config }: Parts, tx: Tx, { customer, sender, senders, thread }: Pair): Promise<Shown> {
  return {
    customer,
    sender,
    senders,
    optedOut: await isOptedOut(tx, customer, sender),
    open: thread !== null && (await openConversationOf(tx, thread)) !== null,
    texts: thread ? await lastTexts(tx, thread.id, TEXTS_SHOWN) : [],
    zone: config.behaviour.hours?.timezone ?? 'UTC',
  }
}

/** What a segment from this sender to this country has cost lately; null while nothing is known. */
export async function priceFor(tx: Tx, { customer, sender }: Pair): Promise<number | null> {
  const latest = await recentPrices(tx, { number: sender, channel: channelOf(customer, 0) })
  const country = countryOf(customer)
  return pricePerSegment(latest.filter((text) => countryOf(text.customer) === country))
}

/** Why nobody can be texted at this address, in a sentence; null when it can. */
export function addressFault(address: string): string | null {
  return addressKind(address) === 'alphanumeric'
    ? 'The phone number of this contact cannot be texted: correct it in the contact.'
    : null
}

async function viewedThread(tx: Tx, { conversationId }: SidebarRequest): Promise<Thread | null> {
  return conversationId === null ? null : threadOfConversation(tx, conversationId)
}

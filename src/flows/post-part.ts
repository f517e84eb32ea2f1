import type { Effect, EffectFlow, Plan } from '../queue/work.ts'
import { mediaPlaceholder } from '../rules/placeholder.ts'
import { findContact } from '../store/contacts.ts'
import { writerOf } from '../store/conversations.ts'
import type { Tx } from '../store/database.ts'
import { messageById, partsOf } from '../store/messages.ts'
import * as threads from '../store/threads.ts'
import { activeConversation } from './active-conversation.ts'
import { type AppendRequest, appendPart } from './append-part.ts'
import { MISTAKABLE_MS } from './clock-skew.ts'
import type { Ctx } from './context.ts'
import type { SmsReceived } from './facts.ts'
import { type FindRequest, findContactStep } from './find-contact.ts'
import { type OpenRequest, openConversation } from './open-conversation.ts'
import { textLost } from './text-lost.ts'

/** What an effect knows besides its message. */
export interface Post {
  /** What the customer's own app says, as WhatsApp's ProfileName. */
  name?: string
  /** The message, sent by program, that this text answers: it gets a conversation of its own. */
  answers?: number
  /** Where the customer is, as Twilio gives it. */
  place?: SmsReceived['place']
  /** The conversation gets this tag besides ours. */
  tag?: string
}

/** By external id, by phone, and making it. */
const MOST_CALLS_TO_FIND = 3

/**
 * A customer's text becomes a part of its conversation. One call when contact and conversation are known; else the contact
 * is found or made first, then a conversation opened. What is gone in Intercom (deleted, merged) is forgotten here and
 * found anew by the next plan.
 */
export function postPart(ctx: Ctx): EffectFlow {
  return {
    vendor: 'intercom',
    // Reading the conversation proves that a part is not there, so it may be posted again.
    resends: Number.POSITIVE_INFINITY,
    plan: (tx, effect) => plan(ctx, tx, effect),
    gaveUp: (tx, effect, error) => textLost(ctx, tx, effect, error),
    steps: {
      'find contact': findContactStep(ctx),
      'open conversation': openConversation(ctx),
      'append part': appendPart(ctx),
    },
  }
}

async function plan(ctx: Ctx, tx: Tx, effect: Effect): Promise<Plan> {
  if (effect.messageId === null) return 'nothing to do'
  const message = await messageById(tx, effect.messageId)
  const thread = await threads.threadById(tx, message.threadId)
  const contact = await findContact(tx, thread.customer)
  const { name, answers }: Post = JSON.parse(effect.body)
  if (!contact) {
    const request: FindRequest = { customer: thread.customer, ...(name ? { name } : {}) }
    return { step: 'find contact', request, cost: MOST_CALLS_TO_FIND }
  }
  if (message.status === 'posted' && message.media.every((item) => item.lost)) return 'nothing to do'
  const wordless = message.body.trim() === ''
  const begins = answers !== undefined && message.status !== 'posted'
  const conversationId = begins ? null : await activeConversation(ctx, tx, thread)
  if (!conversationId) {
    const body = wordless ? mediaPlaceholder(message.media) : message.body
    const known = await threads.conversationsOf(tx, thread.customer)
    const request: OpenRequest = { contactId: contact.contactId, body, known, ...(begins ? { answers } : {}) }
    return { step: 'open conversation', request }
  }
  // The first message of a conversation cannot carry files: its words are there already, the files follow.
  const body = wordless || message.partId ? mediaPlaceholder(message.media) : message.body
  const media = ctx.config.behaviour.media.inbound === 'attach' ? message.media.filter((item) => !item.lost) : []
  const known = await partsOf(tx, conversationId, ctx.now() - MISTAKABLE_MS)
  // Several contacts may have the customer's number: in each conversation the customer stays the one who is in it.
  const contactId = (await writerOf(tx, conversationId)) ?? contact.contactId
  const request: AppendRequest = { conversationId, contactId, body, media, known }
  return { step: 'append part', request }
}

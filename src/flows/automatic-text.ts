import { addEffects } from '../queue/jobs.ts'
import type { EffectFlow } from '../queue/work.ts'
import { quietUntil } from '../rules/hours.ts'
import { namesContact } from '../rules/templates.ts'
import { zonesOf } from '../rules/zone.ts'
import { findContact } from '../store/contacts.ts'
import type { Tx } from '../store/database.ts'
import type { Thread } from '../store/threads.ts'
import { traced } from '../trace.ts'
import { messageOf } from './about.ts'
import type { Ctx } from './context.ts'
import { laneOf } from './lanes.ts'
import type { AutomaticKind } from './may-say.ts'
import { requestMessage } from './request-message.ts'
import { withoutCalls } from './without-calls.ts'
import { wordsFor } from './words-for.ts'

/** What the bridge says by itself; whether it may was asked before (may-say.ts). */
export interface AutomaticText {
  kind: AutomaticKind
  /** A template of the behaviour file, or words that somebody else made. */
  words: { template: string } | { text: string }
  /** Where it is not in our rows. */
  contactName?: string | null
  /** The conversation it is about, for what is no answer to a text. */
  conversationId?: string
  /** The same key again is the same message. */
  key?: string
}

/** Finding a contact takes a second; an answer that does not know the name is better than one that comes late. */
const NAME_PATIENCE_MS = 10_000
const LOOK_AGAIN_MS = 250

/**
 * The one way by which the bridge says something by itself: the words are made, and go the way of every text, at once or
 * when the customer's quiet hours are over. Null when there is nothing to say, or it may not be said.
 * @returns the message and when it is sent (Unix ms)
 */
export async function automaticText(
  ctx: Ctx,
  tx: Tx,
  thread: Pick<Thread, 'customer' | 'number'>,
  text: AutomaticText,
): Promise<{ messageId: number; at: number } | null> {
  const { kind, words, contactName, conversationId, key } = text
  const more = contactName === undefined ? {} : { contactName }
  const body = 'text' in words ? words.text : await wordsFor(ctx, tx, words.template, thread, more)
  if (body.trim() === '') return null
  const at = sendingTime(ctx, thread.customer)
  const asked = await requestMessage(ctx, tx, {
    to: thread.customer,
    from: thread.number,
    body,
    mediaUrls: [],
    origin: kind === 'survey' || kind === 'welcome' ? kind : 'automatic',
    sendAt: at,
    // A question about a conversation that goes on, or a welcome to somebody who is here already, makes no sense.
    cancelOnReply: kind === 'survey' || kind === 'welcome',
    ...(conversationId ? { conversationId } : {}),
    ...(key ? { key } : {}),
  })
  if ('messageId' in asked) return { messageId: asked.messageId, at }
  ctx.log.warn({ ...traced(tx), customer: thread.customer, kind, reason: asked.refused }, 'automatic text not sent')
  return null
}

/** Now, or the end of quiet hours (Unix ms). */
function sendingTime({ config, now }: Ctx, customer: string): number {
  const { quietHours, hours } = config.behaviour
  if (quietHours === null) return now()
  const business = hours?.timezone
  const zones = quietHours.timezone === 'business' ? [business ?? 'UTC'] : zonesOf(customer, business, now())
  return quietUntil(quietHours, zones, now()) ?? now()
}

interface Answer {
  kind: AutomaticKind
  template: string
}

/** A text is answered by itself, in a lane where nothing waits behind it. */
export async function addAnswer(
  ctx: Ctx,
  tx: Tx,
  { customer }: Thread,
  messageId: number,
  body: Answer,
): Promise<void> {
  await addEffects(tx, [{ kind: 'text.automatic', lane: laneOf.automatic(customer), messageId, body }], ctx.now())
}

/** Waits a moment for the contact to be found where the words name it. Makes no call. */
export function automaticAnswer(ctx: Ctx): EffectFlow {
  return withoutCalls(async (tx, effect) => {
    const { kind, template }: Answer = JSON.parse(effect.body)
    const { thread } = await messageOf(tx, effect)
    const unknown = namesContact(template) && (await findContact(tx, thread.customer)) === null
    if (unknown && ctx.now() < effect.createdAt + NAME_PATIENCE_MS) return { waitUntil: ctx.now() + LOOK_AGAIN_MS }
    await automaticText(ctx, tx, thread, { kind, words: { template } })
    return 'nothing to do'
  })
}

import { factOf } from '../flows/notification.ts'
import { type NotificationFact, readNotification, startedKey } from '../rules/agent-reply.ts'
import { fields, objects, time } from '../rules/narrow.ts'
import { ourConversations, unrecorded } from '../store/reconciliation.ts'
import type { ReconcileOptions } from './reconcile.ts'

/** Whether a person reads that something was found: their words were texted late. */
const WORDS = new Set<string>(['reply.sent', 'conversation.started'])

/**
 * Replies of agents and bots, and agents' commands, that were never announced: Intercom tries a webhook twice within a
 * minute and then drops it. Looks at the conversations with our tag that changed, and reads each of ours in full; those
 * that are not ours yet may have been begun by a teammate.
 * https://developers.intercom.com/docs/webhooks/webhook-notifications
 */
export async function missedReplies(o: ReconcileOptions, since: number): Promise<{ replies: number }> {
  const changed = await o.ctx.intercom.changedConversations(since)
  const ours = await ourConversations(
    o.db,
    changed.map(({ id }) => id),
  )
  let replies = 0
  for (const [id, openedAt] of ours) replies += await readOne(o, id, Math.max(since, openedAt - MINUTE_MS))
  // One that began before is history: its first message is not texted now.
  const begun = changed.flatMap(({ id, begunAt }) => (!ours.has(id) && (begunAt ?? 0) >= since ? [id] : []))
  const untold = await unrecorded(o.db, begun.map(startedKey))
  for (const id of begun) if (untold.has(startedKey(id))) replies += await readStarted(o, id)
  return { replies }
}

const MINUTE_MS = 60_000
/** As many as one notification is read for. */
const PARTS_AT_ONCE = 100

async function readOne(o: ReconcileOptions, conversationId: string, since: number): Promise<number> {
  const item = await o.ctx.intercom.readConversation(conversationId)
  if (item === null) return 0
  const told = recentOf(item, since)
    .flatMap((some) => [
      ...factsIn(o, 'conversation.admin.replied', some),
      ...factsIn(o, 'conversation.admin.noted', some),
    ])
    .sort((a, b) => timeOf(a) - timeOf(b))
  return recordMissing(o, told)
}

async function readStarted(o: ReconcileOptions, conversationId: string): Promise<number> {
  const item = await o.ctx.intercom.readConversation(conversationId)
  return recordMissing(o, factsIn(o, 'conversation_part.tag.created', item))
}

/** Read by the very rule that reads a webhook, so that the same thing is the same fact however it comes. */
function factsIn(o: ReconcileOptions, topic: string, item: unknown): NotificationFact[] {
  const { replies, tag } = o.ctx.config.behaviour
  return readNotification({ topic, data: { item } }, { relayBots: replies.relayBots, tag })
}

async function recordMissing(o: ReconcileOptions, told: NotificationFact[]): Promise<number> {
  const missing = await unrecorded(
    o.db,
    told.map(({ key }) => key),
  )
  const facts = told.filter(({ key }) => missing.has(key))
  if (facts.length > 0) await o.record(facts.map(factOf))
  return facts.filter(({ kind }) => WORDS.has(kind)).length
}

/**
 * Intercom gives the latest 500 parts; those of a time long read need not be read again. The others, as so many
 * conversations as it takes.
 */
function recentOf(item: unknown, since: number): unknown[] {
  const conversation = fields(item)
  const parts = objects(fields(conversation.conversation_parts).conversation_parts, Number.POSITIVE_INFINITY)
  const recent = parts.filter((part) => (time(part.created_at) ?? 0) >= since)
  const pieces: unknown[] = []
  for (let from = 0; from < recent.length; from += PARTS_AT_ONCE) {
    const some = recent.slice(from, from + PARTS_AT_ONCE)
    pieces.push({ ...conversation, conversation_parts: { conversation_parts: some } })
  }
  return pieces
}

/** Unix ms. A part of an unknown kind has no time of its own, and no order to keep: it only makes a note. */
function timeOf(fact: NotificationFact): number {
  if (fact.kind === 'reply.unknown') return 0
  return fact.kind === 'conversation.changed' ? fact.body.at : fact.body.createdAt
}

import { factOf } from '../flows/notification.ts'
import { type NotificationFact, readNotification } from '../rules/agent-reply.ts'
import { fields, objects, time } from '../rules/narrow.ts'
import { ourConversations, unrecorded } from '../store/reconciliation.ts'
import type { ReconcileOptions } from './reconcile.ts'

/**
 * Replies of agents and bots that were never announced: Intercom tries a webhook twice within a minute and then drops it.
 * Looks at the conversations with our tag that changed, and reads each of ours in full.
 * https://developers.intercom.com/docs/webhooks/webhook-notifications
 */
export async function missedReplies(o: ReconcileOptions, since: number): Promise<{ replies: number }> {
  const changed = await o.ctx.intercom.changedConversations(since)
  const ours = await ourConversations(o.db, changed)
  let replies = 0
  for (const [id, openedAt] of ours) replies += await readOne(o, id, Math.max(since, openedAt - MINUTE_MS))
  return { replies }
}

const MINUTE_MS = 60_000
/** As many as one notification is read for. */
const PARTS_AT_ONCE = 100

async function readOne(o: ReconcileOptions, conversationId: string, since: number): Promise<number> {
  const item = await o.ctx.intercom.readConversation(conversationId)
  if (item === null) return 0
  // Read by the very rule that reads a webhook, so that the same part is the same fact however it comes.
  const told = recentOf(item, since)
    .map((some) => ({ topic: 'conversation.admin.replied', data: { item: some } }))
    .flatMap((payload) => readNotification(payload, o.ctx.config.behaviour.replies))
    .sort((a, b) => timeOf(a) - timeOf(b))
  const missing = await unrecorded(
    o.db,
    told.map(({ key }) => key),
  )
  const facts = told.filter(({ key }) => missing.has(key))
  if (facts.length > 0) await o.record(facts.map(factOf))
  return facts.filter(({ kind }) => kind === 'reply.sent').length
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
  if (fact.kind === 'reply.sent' || fact.kind === 'part.seen') return fact.body.createdAt
  return fact.kind === 'conversation.changed' ? fact.body.at : 0
}

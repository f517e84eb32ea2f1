import { sql } from 'kysely'
import type { Tx } from './database.ts'
import { deleteMessages, type GoneMessage } from './erase.ts'
import { conversationName, forgetKeys, forgottenAs } from './erased.ts'

/** One small step through a table, the oldest rows first. */
export interface Span {
  /** What is older than this goes (Unix ms). */
  before: number
  now: number
  /** Where the step before this one ended; empty at the beginning. */
  after: string
  limit: number
}

export interface Forgotten {
  gone: number
  /** Where the next step begins; null when there is nothing older any more. */
  next: string | null
}

/** Rows are made in the order of their ids: behind one that is young enough there is nothing to look for. */
function stepOver<Row extends { id: number; at: number }>(rows: Row[], { before, limit }: Span) {
  const young = rows.findIndex(({ at }) => at >= before)
  const old = young < 0 ? rows : rows.slice(0, young)
  const next = young >= 0 || rows.length < limit ? null : String(rows.at(-1)?.id)
  return { old, next }
}

const from = ({ after }: Span) => Number(after)

const workedOn = sql<number>`(select count(*) from effects where effects.message_id = messages.id and effects.state in ('ready', 'sending', 'uncertain'))`

/** Messages with all that hangs on them. Also Twilio's SIDs of those that are gone. */
export async function forgetMessages(
  tx: Tx,
  span: Span,
  keysOf: (message: GoneMessage) => string[],
): Promise<Forgotten & { sids: string[] }> {
  const rows = await tx
    .selectFrom('messages')
    .select(['id', 'created_at as at', 'thread_id', 'part_id', 'request_key', 'media', workedOn.as('work')])
    .where('id', '>', from(span))
    .orderBy('id')
    .limit(span.limit)
    .execute()
  const { old, next } = stepOver(rows, span)
  const gone = old.filter(({ work }) => Number(work) === 0)
  return { gone: gone.length, next, sids: await deleteMessages(tx, gone, gone.flatMap(keysOf), span.now) }
}

/** What was done, given up or canceled. */
export async function forgetEffects(tx: Tx, span: Span): Promise<Forgotten> {
  const rows = await tx
    .selectFrom('effects')
    .select(['id', 'created_at as at', 'state', 'updated_at'])
    .where('id', '>', from(span))
    .orderBy('id')
    .limit(span.limit)
    .execute()
  const { old, next } = stepOver(rows, span)
  const open = ['ready', 'sending', 'uncertain']
  const ids = old.filter((row) => !open.includes(row.state) && row.updated_at < span.before).map(({ id }) => id)
  if (ids.length > 0) await tx.deleteFrom('effects').where('id', 'in', ids).execute()
  return { gone: ids.length, next }
}

/** What was told and decided, or given up; its keys are remembered, so that nothing old is taken for new. */
export async function forgetFacts(tx: Tx, span: Span): Promise<Forgotten> {
  const rows = await tx
    .selectFrom('facts')
    .select(['id', 'key', 'received_at as at', 'state'])
    .where('id', '>', from(span))
    .orderBy('id')
    .limit(span.limit)
    .execute()
  const { old, next } = stepOver(rows, span)
  const gone = old.filter(({ state }) => state !== 'ready')
  await forgetKeys(
    tx,
    gone.map(({ key }) => forgottenAs(key)),
    span.now,
  )
  const ids = gone.map(({ id }) => id)
  if (ids.length > 0) await tx.deleteFrom('facts').where('id', 'in', ids).execute()
  return { gone: ids.length, next }
}

/** Attempts, what was said by itself, surveys whose time is over. */
export async function forgetRecords(
  tx: Tx,
  table: 'attempts' | 'automatic_texts' | 'surveys',
  span: Span,
): Promise<Forgotten> {
  const rows = await rowsOf(tx, table, span)
  const { old, next } = stepOver(rows, span)
  const ids = old.filter(({ until }) => until < span.now).map(({ id }) => id)
  if (ids.length > 0) await tx.deleteFrom(table).where('id', 'in', ids).execute()
  return { gone: ids.length, next }
}

function rowsOf(tx: Tx, table: 'attempts' | 'automatic_texts' | 'surveys', span: Span) {
  const at = { attempts: 'ended_at', automatic_texts: 'decided_at', surveys: 'asked_at' }[table]
  const until = table === 'surveys' ? 'valid_until' : at
  return tx
    .selectFrom(table)
    .select(['id', sql<number>`${sql.ref(at)}`.as('at'), sql<number>`${sql.ref(until)}`.as('until')])
    .where('id', '>', from(span))
    .orderBy('id')
    .limit(span.limit)
    .execute()
}

/** Our notes, in the order of their parts, which is not that of time: all are looked at. */
export async function forgetNotes(tx: Tx, { before, after, limit }: Span): Promise<Forgotten> {
  const rows = await tx
    .selectFrom('notes')
    .select(['part_id', 'posted_at'])
    .where('part_id', '>', after)
    .orderBy('part_id')
    .limit(limit)
    .execute()
  const parts = rows.filter(({ posted_at }) => posted_at < before).map(({ part_id }) => part_id)
  if (parts.length > 0) await tx.deleteFrom('notes').where('part_id', 'in', parts).execute()
  return { gone: parts.length, next: rows.length < limit ? null : (rows.at(-1)?.part_id ?? null) }
}

/** Threads without messages, with their conversations, and the contact of whoever has no other thread. */
export async function forgetThreads(tx: Tx, span: Span): Promise<Forgotten> {
  const rows = await tx
    .selectFrom('threads')
    .select(['id', 'customer', 'updated_at'])
    .select(sql<number>`exists (select 1 from messages where messages.thread_id = threads.id)`.as('texted'))
    .where('id', '>', from(span))
    .orderBy('id')
    .limit(span.limit)
    .execute()
  const gone = rows.filter(({ texted, updated_at }) => !texted && updated_at < span.before)
  for (const { id, customer } of gone) {
    const left = await tx.deleteFrom('conversations').where('thread_id', '=', id).returning('id').execute()
    await rememberLeft(tx, left, span.now)
    await tx.deleteFrom('threads').where('id', '=', id).execute()
    const other = await tx.selectFrom('threads').select('id').where('customer', '=', customer).executeTakeFirst()
    if (!other) await tx.deleteFrom('contacts').where('customer', '=', customer).execute()
  }
  return { gone: gone.length, next: rows.length < span.limit ? null : String(rows.at(-1)?.id) }
}

/** Conversations that their thread has left, and of which no message is held. */
export async function forgetConversations(tx: Tx, { before, now, after, limit }: Span): Promise<Forgotten> {
  const rows = await tx
    .selectFrom('conversations')
    .leftJoin('threads', 'threads.id', 'conversations.thread_id')
    .select(['conversations.id', 'conversations.created_at', 'conversations.changed_at'])
    .select('threads.conversation_id as current')
    .select(sql<number>`exists (select 1 from messages where messages.conversation_id = conversations.id)`.as('texted'))
    .where('conversations.id', '>', after)
    .orderBy('conversations.id')
    .limit(limit)
    .execute()
  const gone = rows.filter(
    (row) => row.current !== row.id && !row.texted && row.created_at < before && row.changed_at < before,
  )
  const ids = gone.map(({ id }) => id)
  if (ids.length > 0) await tx.deleteFrom('conversations').where('id', 'in', ids).execute()
  await rememberLeft(tx, gone, now)
  return { gone: gone.length, next: rows.length < limit ? null : (rows.at(-1)?.id ?? null) }
}

/** Whoever replies there is told that it is not texted. */
function rememberLeft(tx: Tx, left: { id: string }[], now: number): Promise<void> {
  return forgetKeys(
    tx,
    left.map(({ id }) => conversationName(id)),
    now,
  )
}

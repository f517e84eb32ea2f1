import { type Selectable, sql } from 'kysely'
import type { Db, Tx } from './database.ts'
import { locksRows } from './locks-rows.ts'
import { byId, type Page, pageOf } from './page.ts'
import type { AttemptsTable } from './schema.ts'
import { searchMessages } from './search-messages.ts'
import { isUncommon, uncommon } from './uncommon.ts'

/** A message as the operator API and the command line show it: INTERFACE of the API in the README. */
export interface ShownMessage {
  id: string
  direction: string
  status: string
  customer: string
  number: string
  channel: string
  body: string
  media: { url: string; contentType: string }[]
  segments: number | null
  /** Twilio's own, negative for what it took; null until Twilio knows. */
  price: string | null
  priceUnit: string | null
  twilioSid: string | null
  conversationId: string | null
  partId: string | null
  contactId: string | null
  error: { code: number | string; message: string } | null
  createdAt: string
  updatedAt: string
}

export interface ShownAttempt {
  step: string
  outcome: string
  code: string | null
  message: string | null
  startedAt: string
  endedAt: string
}

export interface MessageFilter {
  phone?: string | undefined
  direction?: string | undefined
  status?: string | undefined
  conversation?: string | undefined
  /** Words that are in the text. */
  text?: string | undefined
  /** Only older ones than this. */
  cursor?: number | undefined
  limit: number
}

/** Newest first. */
export async function listMessages(db: Db, filter: MessageFilter): Promise<Page<ShownMessage>> {
  const all = select(db).limit(filter.limit + 1)
  let query = filter.text
    ? searchMessages(db, all, filter.text, await threadsMeant(db, filter))
    : all.orderBy('messages.id', 'desc')
  if (filter.phone && !filter.text) query = query.where('threads.customer', '=', filter.phone)
  if (filter.direction) query = query.where('messages.direction', '=', filter.direction as 'inbound' | 'outbound')
  if (filter.status) query = query.where('messages.status', '=', filter.status)
  if (filter.status && isUncommon(filter.status)) query = query.where(uncommon)
  if (filter.conversation) {
    // The plus keeps the database from looking for the words in each message of the conversation anew.
    const plus = filter.text && !locksRows(db) ? sql`+` : sql``
    const column = sql<string>`${plus}messages.conversation_id`
    query = query.where(column, '=', filter.conversation)
  }
  if (filter.cursor) query = query.where('messages.id', '<', filter.cursor)
  return pageOf(await query.execute(), { limit: filter.limit, show, cursorOf: byId })
}

/** Where the messages of a number or a conversation are; null for anywhere. */
async function threadsMeant(db: Db, { phone, conversation }: MessageFilter): Promise<number[] | null> {
  if (!phone && !conversation) return null
  let query = db.selectFrom('threads').select('threads.id')
  if (phone) query = query.where('customer', '=', phone)
  if (conversation) {
    query = query.where('threads.id', 'in', (e) =>
      e.selectFrom('messages').select('thread_id').where('conversation_id', '=', conversation),
    )
  }
  return (await query.execute()).map(({ id }) => id)
}

/** Null when there is none. */
export async function readMessage(db: Db | Tx, id: number): Promise<ShownMessage | null> {
  const row = await select(db).where('messages.id', '=', id).executeTakeFirst()
  return row ? show(row) : null
}

/** With its attempts. Null when there is none. */
export async function showMessage(db: Db, id: number): Promise<(ShownMessage & { attempts: ShownAttempt[] }) | null> {
  const message = await readMessage(db, id)
  if (!message) return null
  const attempts = await db.selectFrom('attempts').selectAll().where('message_id', '=', id).orderBy('id').execute()
  return {
    ...message,
    attempts: attempts.map(showAttempt),
  }
}

/** Every message of these customers, oldest first, with what only concerns ourselves, and its attempts. */
export async function allMessages(db: Db, customers: string[]) {
  const rows = await select(db).where('threads.customer', 'in', customers).orderBy('messages.id').execute()
  const attempts = await db
    .selectFrom('attempts')
    .innerJoin('messages', 'messages.id', 'attempts.message_id')
    .innerJoin('threads', 'threads.id', 'messages.thread_id')
    .selectAll('attempts')
    .where('threads.customer', 'in', customers)
    .orderBy('attempts.id')
    .execute()
  const byMessage = new Map<number | null, ShownAttempt[]>(rows.map(({ id }) => [id, []]))
  for (const attempt of attempts) byMessage.get(attempt.message_id)?.push(showAttempt(attempt))
  return rows.map((row) => ({
    ...show(row),
    origin: row.origin,
    title: row.title,
    sendAt: row.send_at === null ? null : time(row.send_at),
    attempts: byMessage.get(row.id) ?? [],
  }))
}

/** What was said in a thread before this message, oldest first: the latest `limit` messages. */
export async function historyOf(db: Db, threadId: number, before: number, limit: number): Promise<ShownMessage[]> {
  const rows = await select(db)
    .where('messages.thread_id', '=', threadId)
    .where('messages.id', '<', before)
    .orderBy('messages.id', 'desc')
    .limit(limit)
    .execute()
  return rows.reverse().map(show)
}

function select(db: Db | Tx) {
  return db
    .selectFrom('messages')
    .innerJoin('threads', 'threads.id', 'messages.thread_id')
    .selectAll('messages')
    .select('threads.customer')
}

type Row = Awaited<ReturnType<ReturnType<typeof select>['execute']>>[number]

function show(row: Row): ShownMessage {
  const code = row.error_code ?? ''
  return {
    id: String(row.id),
    direction: row.direction,
    status: row.status,
    customer: row.customer,
    number: row.number,
    channel: row.channel,
    body: row.body,
    media: JSON.parse(row.media),
    segments: row.segments,
    price: row.price,
    priceUnit: row.price_unit,
    twilioSid: row.twilio_sid,
    conversationId: row.conversation_id,
    partId: row.part_id,
    contactId: row.contact_id,
    error: row.error_message ? { code: /^\d+$/.test(code) ? Number(code) : code, message: row.error_message } : null,
    createdAt: time(row.created_at),
    updatedAt: time(row.updated_at),
  }
}

function showAttempt(a: Selectable<AttemptsTable>): ShownAttempt {
  return {
    step: a.step,
    outcome: a.outcome,
    code: a.code,
    message: a.error,
    startedAt: time(a.started_at),
    endedAt: time(a.ended_at),
  }
}

function time(ms: number): string {
  return new Date(ms).toISOString()
}

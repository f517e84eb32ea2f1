import type { Db, Tx } from './database.ts'
import { byId, type Page, pageOf } from './page.ts'

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
  /** Only older ones than this. */
  cursor?: number | undefined
  limit: number
}

/** Newest first. */
export async function listMessages(db: Db, filter: MessageFilter): Promise<Page<ShownMessage>> {
  let query = select(db)
    .orderBy('messages.id', 'desc')
    .limit(filter.limit + 1)
  if (filter.phone) query = query.where('threads.customer', '=', filter.phone)
  if (filter.direction) query = query.where('messages.direction', '=', filter.direction as 'inbound' | 'outbound')
  if (filter.status) query = query.where('messages.status', '=', filter.status)
  if (filter.conversation) query = query.where('messages.conversation_id', '=', filter.conversation)
  if (filter.cursor) query = query.where('messages.id', '<', filter.cursor)
  return pageOf(await query.execute(), { limit: filter.limit, show, cursorOf: byId })
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
    attempts: attempts.map((a) => ({
      step: a.step,
      outcome: a.outcome,
      code: a.code,
      message: a.error,
      startedAt: time(a.started_at),
      endedAt: time(a.ended_at),
    })),
  }
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

function time(ms: number): string {
  return new Date(ms).toISOString()
}

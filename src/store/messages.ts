import { sql } from 'kysely'
import { type Trace, traceOf } from '../trace.ts'
import type { Db, Tx } from './database.ts'

/** Written out instead of bound, so that the database sees that its index of scheduled messages is meant. */
const scheduled = sql<boolean>`status = 'scheduled'`

/** One SMS, MMS, WhatsApp or RCS message in either direction. */
export interface Message {
  id: number
  threadId: number
  /** Ours: what it came to, or leaves from; empty: a Messaging Service chooses. */
  number: string
  direction: 'inbound' | 'outbound'
  status: string
  channel: string
  body: string
  media: MessageMedia[]
  twilioSid: string | null
  conversationId: string | null
  partId: string | null
  origin: string
  /** Unix ms; null for at once. */
  sendAt: number | null
  /** For the conversation that the answer begins. */
  title: string | null
  trace: Trace | null
  createdAt: number
}

export interface MessageMedia {
  url: string
  contentType: string
  name?: string
  /** It could not be had; the message went on without it. */
  lost?: boolean
}

export interface NewMessage {
  threadId: number
  /** Default: what the thread's replies leave from. */
  number?: string
  direction: 'inbound' | 'outbound'
  status: string
  channel: string
  body: string
  media: MessageMedia[]
  segments?: number
  twilioSid?: string
  conversationId?: string
  partId?: string
  /** Default: the customer for an inbound message, an agent's `reply` for an outbound one. */
  origin?: string
  /** The same key never makes a second message. */
  requestKey?: string
  /** Unix ms. */
  sendAt?: number
  cancelOnReply?: boolean
  /** For the conversation that the answer begins. */
  title?: string
  /** Why it will not be sent at all. */
  error?: { code: string; message: string }
}

export async function addMessage(tx: Tx, m: NewMessage, now: number): Promise<number> {
  const row = await tx
    .insertInto('messages')
    .values((e) => ({
      thread_id: m.threadId,
      number: m.number ?? e.selectFrom('threads').select('number').where('id', '=', m.threadId),
      direction: m.direction,
      status: m.status,
      channel: m.channel,
      body: m.body,
      media: JSON.stringify(m.media),
      segments: m.segments ?? null,
      twilio_sid: m.twilioSid ?? null,
      conversation_id: m.conversationId ?? null,
      part_id: m.partId ?? null,
      origin: m.origin ?? (m.direction === 'inbound' ? 'customer' : 'reply'),
      request_key: m.requestKey ?? null,
      send_at: m.sendAt ?? null,
      cancel_on_reply: m.cancelOnReply ? 1 : 0,
      title: m.title ?? null,
      error_code: m.error?.code ?? null,
      error_message: m.error?.message ?? null,
      trace: traceOf(tx),
      created_at: now,
      updated_at: now,
    }))
    .returning('id')
    .executeTakeFirstOrThrow()
  return row.id
}

export async function messageById(tx: Tx, id: number): Promise<Message> {
  return parse(await select(tx).where('id', '=', id).executeTakeFirstOrThrow())
}

/** Null when there is none. */
export async function findMessage(tx: Tx, id: number): Promise<Message | null> {
  const row = await select(tx).where('id', '=', id).executeTakeFirst()
  return row ? parse(row) : null
}

export async function messageBySid(tx: Tx, sid: string): Promise<Message | null> {
  const row = await select(tx).where('twilio_sid', '=', sid).executeTakeFirst()
  return row ? parse(row) : null
}

/** Whether a conversation part is already on one of our messages. */
export async function isKnownPart(tx: Tx, partId: string): Promise<boolean> {
  const row = await tx.selectFrom('messages').select('id').where('part_id', '=', partId).executeTakeFirst()
  return row !== undefined
}

/** Ids of the parts of a conversation that are on messages of ours touched since then (Unix ms), newest first. */
export async function partsOf(tx: Tx, conversationId: string, since: number): Promise<string[]> {
  const rows = await tx
    .selectFrom('messages')
    .select('part_id')
    .where('conversation_id', '=', conversationId)
    .where('part_id', 'is not', null)
    .where('updated_at', '>=', since)
    .orderBy('id', 'desc')
    .execute()
  return rows.flatMap((row) => row.part_id ?? [])
}

/** Twilio SIDs of the texts of a thread with exactly these words, touched since then (Unix ms), newest first. */
export async function sidsOf(tx: Tx, threadId: number, body: string, since: number): Promise<string[]> {
  const rows = await tx
    .selectFrom('messages')
    .select('twilio_sid')
    .where('thread_id', '=', threadId)
    .where('direction', '=', 'outbound')
    .where('body', '=', body)
    .where('twilio_sid', 'is not', null)
    .where('updated_at', '>=', since)
    .orderBy('id', 'desc')
    .execute()
  return rows.flatMap((row) => row.twilio_sid ?? [])
}

export interface MessageChanges {
  status?: string
  /** JSON */
  media?: string
  segments?: number | null
  twilio_sid?: string | null
  conversation_id?: string
  part_id?: string | null
  contact_id?: string
  error_code?: string | null
  error_message?: string | null
}

export async function updateMessage(tx: Tx, id: number, changes: MessageChanges, now: number): Promise<void> {
  await tx
    .updateTable('messages')
    .set({ ...changes, updated_at: now })
    .where('id', '=', id)
    .execute()
}

function select(tx: Tx) {
  return tx
    .selectFrom('messages')
    .select([
      'id',
      'thread_id as threadId',
      'number',
      'direction',
      'status',
      'channel',
      'body',
      'media',
      'twilio_sid as twilioSid',
      'conversation_id as conversationId',
      'part_id as partId',
      'origin',
      'send_at as sendAt',
      'title',
      'trace',
      'created_at as createdAt',
    ])
}

function parse(row: Omit<Message, 'media'> & { media: string }): Message {
  return { ...row, media: JSON.parse(row.media) }
}

/** The pieces of the same reply that have not begun stay back. Returns their ids. */
export async function cancelRest(tx: Tx, message: Message, now: number): Promise<number[]> {
  if (!message.partId) return []
  const rows = await tx
    .updateTable('messages')
    .set({ status: 'canceled', updated_at: now })
    .where('part_id', '=', message.partId)
    .where('id', '>', message.id)
    .where('status', '=', 'queued')
    .returning('id')
    .execute()
  return rows.map((row) => row.id)
}

/** Whether the customer has been texted, from any of our numbers, or is about to be, since this message was made. */
export async function overtaken(tx: Tx, customer: string, id: number): Promise<boolean> {
  const row = await tx
    .selectFrom('messages')
    .select('id')
    .where('thread_id', 'in', (e) => e.selectFrom('threads').select('id').where('customer', '=', customer))
    .where('id', '>', id)
    .where('direction', '=', 'outbound')
    .where('status', 'not in', ['scheduled', 'canceled', 'blocked'])
    .executeTakeFirst()
  return row !== undefined
}

export async function messageMedia(db: Db, id: number): Promise<MessageMedia[]> {
  const row = await db.selectFrom('messages').select('media').where('id', '=', id).executeTakeFirst()
  return row ? JSON.parse(row.media) : []
}

/** The message made for a requester's key; null when the key is new. */
export async function messageByKey(tx: Tx, key: string): Promise<number | null> {
  const row = await tx.selectFrom('messages').select('id').where('request_key', '=', key).executeTakeFirst()
  return row?.id ?? null
}

/** What waits for its time and is not to be sent once the customer has written. */
export async function cancelAwaiting(tx: Tx, customer: string, now: number): Promise<void> {
  await tx
    .updateTable('messages')
    .set({ status: 'canceled', updated_at: now })
    .where(scheduled)
    .where('cancel_on_reply', '=', 1)
    .where('thread_id', 'in', (e) => e.selectFrom('threads').select('id').where('customer', '=', customer))
    .execute()
}

/** A thread's latest messages of one direction, newest first. */
export async function latestMessages(
  tx: Tx,
  threadId: number,
  o: { direction: 'inbound' | 'outbound'; limit: number },
): Promise<Message[]> {
  const rows = await select(tx)
    .where('thread_id', '=', threadId)
    .where('direction', '=', o.direction)
    .orderBy('id', 'desc')
    .limit(o.limit)
    .execute()
  return rows.map(parse)
}

/** Whether anything was texted to the customer after this message, other than by these origins. */
export async function textedSince(tx: Tx, message: Message, except: readonly string[]): Promise<boolean> {
  const row = await tx
    .selectFrom('messages')
    .select('id')
    .where('thread_id', '=', message.threadId)
    .where('id', '>', message.id)
    .where('direction', '=', 'outbound')
    .where('origin', 'not in', except)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** Id of the latest message of a conversation that a customer or an agent wrote; null when there is none. */
export async function latestWords(tx: Tx, conversationId: string): Promise<number | null> {
  const row = await tx
    .selectFrom('messages')
    .select('id')
    .where('conversation_id', '=', conversationId)
    .where('origin', 'in', ['customer', 'reply', 'command', 'opening'])
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.id ?? null
}

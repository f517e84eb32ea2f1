import { sql } from 'kysely'
import type { Tx } from './database.ts'

/** A text and what became of it. Times in Unix ms. */
export interface LastText {
  id: number
  direction: 'inbound' | 'outbound'
  status: string
  body: string
  error: string | null
  sendAt: number | null
  createdAt: number
}

/** The latest texts of a thread, the newest first. */
export async function lastTexts(tx: Tx, threadId: number, limit: number): Promise<LastText[]> {
  return tx
    .selectFrom('messages')
    .select([
      'id',
      'direction',
      'status',
      'body',
      'error_message as error',
      'send_at as sendAt',
      'created_at as createdAt',
    ])
    .where('thread_id', '=', threadId)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}

/** Written out, so that the database sees that its index of priced messages is meant. */
const priced = sql<boolean>`price is not null`
/** Enough for an average, and no more than is read in an instant. */
const RECENT = 500

/** What the latest texts from one of our numbers have cost, the newest first; others' are read but not given. */
export async function recentPrices(
  tx: Tx,
  o: { number: string; channel: string },
): Promise<{ customer: string; price: string; segments: number }[]> {
  const rows = await tx
    .selectFrom((e) =>
      e.selectFrom('messages').selectAll().where(priced).orderBy('id', 'desc').limit(RECENT).as('latest'),
    )
    .innerJoin('threads', 'threads.id', 'latest.thread_id')
    .select(['threads.customer', 'latest.price', 'latest.segments'])
    .where('latest.number', '=', o.number)
    .where('latest.direction', '=', 'outbound')
    .where('latest.channel', '=', o.channel)
    .execute()
  return rows.flatMap(({ customer, price, segments }) => (price && segments ? [{ customer, price, segments }] : []))
}

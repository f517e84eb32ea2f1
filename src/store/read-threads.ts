import { type Cost, costOfThread } from './charges.ts'
import type { Db } from './database.ts'
import { byId, type Page, pageOf } from './page.ts'

/** A thread as the operator API shows it. */
export interface ShownThread {
  id: string
  customer: string
  number: string
  conversationId: string | null
  contactId: string | null
  createdAt: string
  updatedAt: string
}

/** With what it has cost: in all, and in each of its conversations. */
export interface ThreadWithCost extends ShownThread, Cost {
  conversations: ({ id: string } & Cost)[]
}

/** Newest first. */
export async function listThreads(
  db: Db,
  o: { phone?: string | undefined; cursor?: number | undefined; limit: number },
): Promise<Page<ShownThread>> {
  let query = select(db)
    .orderBy('threads.id', 'desc')
    .limit(o.limit + 1)
  if (o.phone) query = query.where('threads.customer', '=', o.phone)
  if (o.cursor) query = query.where('threads.id', '<', o.cursor)
  return pageOf(await query.execute(), { limit: o.limit, show, cursorOf: byId })
}

/** Null when there is none. */
export async function readThread(db: Db, id: number): Promise<ShownThread | null> {
  const row = await select(db).where('threads.id', '=', id).executeTakeFirst()
  return row ? show(row) : null
}

/** Null when there is none. */
export async function showThread(db: Db, id: number): Promise<ThreadWithCost | null> {
  const thread = await readThread(db, id)
  if (!thread) return null
  const { all, by } = await costOfThread(db, id)
  return { ...thread, ...all, conversations: [...by].map(([conversation, cost]) => ({ id: conversation, ...cost })) }
}

function select(db: Db) {
  return db
    .selectFrom('threads')
    .leftJoin('contacts', 'contacts.customer', 'threads.customer')
    .selectAll('threads')
    .select('contacts.contact_id')
}

type Row = Awaited<ReturnType<ReturnType<typeof select>['execute']>>[number]

function show(row: Row): ShownThread {
  return {
    id: String(row.id),
    customer: row.customer,
    number: row.number,
    conversationId: row.conversation_id,
    contactId: row.contact_id,
    createdAt: new Date(row.created_at).toISOString(),
    updatedAt: new Date(row.updated_at).toISOString(),
  }
}

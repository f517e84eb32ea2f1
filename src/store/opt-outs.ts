import type { Selectable } from 'kysely'
import type { Db, Tx } from './database.ts'
import { byId, type Page, pageOf } from './page.ts'
import type { OptOutsTable } from './schema.ts'

export interface OptOut {
  customer: string
  /** One of our numbers; empty = all of them. */
  number: string
  /** Who said so: keyword, carrier, agent, api, import. */
  source: string
  reason: string
}

/** `added` is false when the customer had opted out already; `entry` is the one in force either way. */
export async function addOptOut(tx: Tx, optOut: OptOut, now: number): Promise<{ added: boolean; entry: ShownOptOut }> {
  const known = await inForce(tx, optOut.customer, optOut.number).executeTakeFirst()
  if (known) return { added: false, entry: show(known) }
  const row = await tx
    .insertInto('opt_outs')
    .values({ ...optOut, created_at: now, ended_at: null, ended_by: null })
    .returningAll()
    .executeTakeFirstOrThrow()
  return { added: true, entry: show(row) }
}

/** The customer may be texted again from this number, and from all if it was for all. False when it was so already. */
export async function endOptOut(
  tx: Tx,
  o: { customer: string; number: string; by: string },
  now: number,
): Promise<boolean> {
  const ended = await tx
    .updateTable('opt_outs')
    .set({ ended_at: now, ended_by: o.by })
    .where('customer', '=', o.customer)
    .where('number', 'in', [o.number, ''])
    .where('ended_at', 'is', null)
    .returning('id')
    .execute()
  return ended.length > 0
}

export async function isOptedOut(db: Db | Tx, customer: string, number: string): Promise<boolean> {
  return (await inForce(db, customer, number).executeTakeFirst()) !== undefined
}

/** What keeps this number from texting the customer. */
function inForce(db: Db | Tx, customer: string, number: string) {
  return db
    .selectFrom('opt_outs')
    .selectAll()
    .where('customer', '=', customer)
    .where('number', 'in', [number, ''])
    .where('ended_at', 'is', null)
}

export interface ShownOptOut {
  id: string
  phone: string
  /** Null = from all our numbers. */
  from: string | null
  source: string
  reason: string
  createdAt: string
}

/** Those in force, newest first. */
export async function listOptOuts(
  db: Db,
  o: { phone?: string | undefined; cursor?: number | undefined; limit: number },
): Promise<Page<ShownOptOut>> {
  let query = db
    .selectFrom('opt_outs')
    .selectAll()
    .where('ended_at', 'is', null)
    .orderBy('id', 'desc')
    .limit(o.limit + 1)
  if (o.phone) query = query.where('customer', '=', o.phone)
  if (o.cursor) query = query.where('id', '<', o.cursor)
  return pageOf(await query.execute(), { limit: o.limit, show, cursorOf: byId })
}

function show(row: Selectable<OptOutsTable>): ShownOptOut {
  return {
    id: String(row.id),
    phone: row.customer,
    from: row.number || null,
    source: row.source,
    reason: row.reason,
    createdAt: new Date(row.created_at).toISOString(),
  }
}

/** The opt-out in force with this id; null when there is none. */
export async function optOutById(db: Db | Tx, id: number): Promise<OptOut | null> {
  const row = await db
    .selectFrom('opt_outs')
    .select(['customer', 'number', 'source', 'reason'])
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .executeTakeFirst()
  return row ?? null
}

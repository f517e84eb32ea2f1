import type { Selectable } from 'kysely'
import type { Db, Tx } from './database.ts'
import { namesOf, pseudonymOf } from './erased.ts'
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

export interface PastOptOut extends Pick<OptOut, 'number' | 'source'> {
  /** Unix ms. */
  at: number
  /** Unix ms; null while it is in force. */
  endedAt: number | null
}

/**
 * False when the customer had opted out already.
 * @param at when the customer opted out (Unix ms)
 */
export async function addOptOut(tx: Tx, optOut: OptOut, at: number): Promise<boolean> {
  if (await isOptedOut(tx, optOut.customer, optOut.number)) return false
  await tx
    .insertInto('opt_outs')
    .values({ ...optOut, created_at: at, ended_at: null, ended_by: null })
    .execute()
  return true
}

/**
 * The customer's opt-outs from these numbers (empty = the one from all) are over, or every one there is. Returns those that
 * were in force.
 */
export async function endOptOuts(
  tx: Tx,
  o: { customer: string; numbers: string[] | 'every'; by: string },
  now: number,
): Promise<string[]> {
  const { customer, numbers, by } = o
  let ending = tx
    .updateTable('opt_outs')
    .set({ ended_at: now, ended_by: by })
    .where('customer', 'in', await namesOf(tx, customer))
    .where('ended_at', 'is', null)
  if (numbers !== 'every') ending = ending.where('number', 'in', numbers)
  const ended = await ending.returning('number').execute()
  return ended.map((row) => row.number)
}

/** Whether the customer wants no texts from one of our numbers at least. */
export async function hasOptedOut(tx: Tx, customer: string): Promise<boolean> {
  return (await optedOutAt(tx, customer)) !== null
}

/** When the customer opted out (Unix ms), by the latest opt-out in force; null when there is none. */
export async function optedOutAt(tx: Tx, customer: string): Promise<number | null> {
  const row = await tx
    .selectFrom('opt_outs')
    .select('created_at as at')
    .where('customer', 'in', await namesOf(tx, customer))
    .where('ended_at', 'is', null)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.at ?? null
}

/** Whether the customer has opted in to texts from this number (empty = all) since then (Unix ms). */
export async function optedInSince(tx: Tx, customer: string, number: string, since: number): Promise<boolean> {
  const row = await tx
    .selectFrom('opt_outs')
    .select('id')
    .where('customer', 'in', await namesOf(tx, customer))
    .where('number', 'in', [number, ''])
    .where('ended_at', '>=', since)
    .executeTakeFirst()
  return row !== undefined
}

/** A customer's latest opt-outs, those in force and those that are over, newest first. */
export async function optOutHistory(tx: Tx, customer: string, limit: number): Promise<PastOptOut[]> {
  return tx
    .selectFrom('opt_outs')
    .select(['number', 'source', 'created_at as at', 'ended_at as endedAt'])
    .where('customer', 'in', await namesOf(tx, customer))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}

export async function isOptedOut(db: Db | Tx, customer: string, number: string): Promise<boolean> {
  return (await inForce(db, await namesOf(db, customer), number).executeTakeFirst()) !== undefined
}

/** The opt-out that keeps this number (empty = all of them) from texting the customer; null when none does. */
export async function optOutBetween(tx: Tx, customer: string, number: string): Promise<ShownOptOut | null> {
  const row = await inForce(tx, await namesOf(tx, customer), number).executeTakeFirst()
  return row ? show(row) : null
}

/** What keeps this number from texting the customer. */
function inForce(db: Db | Tx, names: string[], number: string) {
  return db
    .selectFrom('opt_outs')
    .selectAll()
    .where('customer', 'in', names)
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
  if (o.phone) query = query.where('customer', 'in', await namesOf(db, o.phone))
  if (o.cursor) query = query.where('id', '<', o.cursor)
  return pageOf(await query.execute(), { limit: o.limit, show, cursorOf: byId })
}

/** All of them that are in force, oldest first. */
export async function allOptOuts(db: Db): Promise<ShownOptOut[]> {
  const rows = await db.selectFrom('opt_outs').selectAll().where('ended_at', 'is', null).orderBy('id').execute()
  return rows.map(show)
}

/**
 * A customer who is erased stays opted out, under a pseudonym and without words: the law wants a refusal remembered, and
 * nothing more of them. Returns how many opt-outs are kept.
 */
export async function hideOptOuts(tx: Tx, customer: string): Promise<number> {
  const hidden = await tx
    .updateTable('opt_outs')
    .set({ customer: await pseudonymOf(tx, customer), reason: '' })
    .where('customer', '=', customer)
    .executeTakeFirst()
  return Number(hidden.numUpdatedRows)
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

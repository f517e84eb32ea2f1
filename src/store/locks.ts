import { sql } from 'kysely'
import type { Tx } from './database.ts'

/*
 * Who may run at the same time on PostgreSQL. The flows decide by what they read, and are right as long as nobody changes
 * it meanwhile: SQLite has one writer at a time, here there is one per customer. Advisory locks end with the transaction,
 * however that ends: https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
 */

/** Any numbers will do, as long as nobody else in the database uses them. */
const ALL = 1_112_687_943
const ONE = 1_112_687_944

/** Waits until nobody is at work, and keeps everybody from it. */
export const ALONE = `select pg_advisory_xact_lock(${ALL}, 0)`

/** Waits for those who are at work on the same customer, and keeps others from it; the rest goes on. */
export async function lockCustomer(tx: Tx, customer: string): Promise<void> {
  await sql`
    select pg_advisory_xact_lock_shared(${sql.lit(ALL)}, 0), pg_advisory_xact_lock(${sql.lit(ONE)}, hashtext(${customer}))
  `.execute(tx)
}

export async function lockAll(tx: Tx): Promise<void> {
  await sql.raw(ALONE).execute(tx)
}

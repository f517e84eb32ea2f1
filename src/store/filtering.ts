import { sql } from 'kysely'
import type { Db } from './database.ts'

/** Written out instead of bound, so that the database sees that its indexes of these are meant. */
const filtered = sql<boolean>`error_code = '30007'`
const outbound = sql<boolean>`direction = 'outbound'`

export interface Filtering {
  /** Texts that carriers took for spam. */
  filtered: number
  /** All that were to be sent in the same time. */
  texts: number
}

const HOUR_MS = 3_600_000
const EVERY_ONE = Number.MAX_SAFE_INTEGER

/**
 * How many texts of the last hour carriers have filtered.
 * @param leastShare no more texts are counted than show that the share of the filtered ones is below it
 */
export async function lastHour(db: Db, now: number, leastShare = 0): Promise<Filtering> {
  const count = async (which: typeof filtered, most: number) => {
    const { rows } = await sql<{ count: number }>`select count(*) as count from (
      select 1 from messages where ${which} and created_at >= ${now - HOUR_MS} limit ${most}) as counted`.execute(db)
    return Number(rows[0]?.count)
  }
  const spam = await count(filtered, EVERY_ONE)
  const enough = leastShare > 0 ? Math.ceil(spam / leastShare) + 1 : EVERY_ONE
  // The usual case, and the index of filtered texts alone answers it.
  return { filtered: spam, texts: spam === 0 ? 0 : await count(outbound, enough) }
}

/** Between 0 and 1. */
export async function filteredShare(db: Db, now: number): Promise<number> {
  const { filtered, texts } = await lastHour(db, now)
  return texts === 0 ? 0 : filtered / texts
}

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

/** How many texts of the last hour carriers have filtered. */
export async function lastHour(db: Db, now: number): Promise<Filtering> {
  const count = async (which: typeof filtered) => {
    const row = await db
      .selectFrom('messages')
      .select((e) => e.fn.countAll<number>().as('count'))
      .where(which)
      .where('created_at', '>=', now - HOUR_MS)
      .executeTakeFirstOrThrow()
    return Number(row.count)
  }
  const spam = await count(filtered)
  // The usual case, and the index of filtered texts alone answers it.
  return { filtered: spam, texts: spam === 0 ? 0 : await count(outbound) }
}

/** Between 0 and 1. */
export async function filteredShare(db: Db, now: number): Promise<number> {
  const { filtered, texts } = await lastHour(db, now)
  return texts === 0 ? 0 : filtered / texts
}

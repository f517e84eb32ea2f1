import { sql } from 'kysely'
import type { PostgresDb } from './postgres.ts'

const SYNC_EVERY_MS = 30_000
/** An answer that took longer says too little of what the time is now. */
const LONGEST_MS = 500

/**
 * The time of the database for an instance with a clock of its own: a lease must run out at the same moment for all of
 * them. Unix ms.
 * @param now our own clock
 */
export async function databaseClock(db: PostgresDb, now: () => number): Promise<() => number> {
  let ahead = 0
  async function sync(): Promise<void> {
    const before = now()
    const { rows } = await sql<{ at: number }>`
      select floor(extract(epoch from clock_timestamp()) * 1000)::bigint as at`.execute(db)
    const after = now()
    const [row] = rows
    if (row && after - before <= LONGEST_MS) ahead = row.at - Math.round((before + after) / 2)
  }
  await sync()
  // Until the database is there again, the difference is as it was.
  const timer = setInterval(() => void sync().catch(() => {}), SYNC_EVERY_MS)
  db.closeFirst(async () => clearInterval(timer))
  return () => now() + ahead
}

import { wallClock } from '../clock.ts'
import { moveDatabase } from '../store/move.ts'
import type { Verb } from './verb.ts'

/** From SQLite to PostgreSQL, once, while the bridge is stopped. */
export const migrateDatabaseVerb: Verb = async ({ args: [from = '', to = ''], progress }) => {
  const tables = await progress('Moving', (report) =>
    moveDatabase(from, to, { now: wallClock, onRows: (done, all) => report(done / all) }),
  )
  const rows = tables.reduce((sum, table) => sum + table.rows, 0)
  const text = `Moved and counted: ${rows} rows of ${tables.length} tables. Let DATABASE_URL name the new database, and start.`
  return { data: { tables }, text }
}

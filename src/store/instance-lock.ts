import Database from 'better-sqlite3'
import { sqliteCode } from './sqlite.ts'

/**
 * One bridge per database file: two would work the same lanes without knowing of each other. The lock is SQLite's own, on
 * a file beside the database, so the system lets go of it whenever and however the process ends.
 * @param onRefused called before the error is thrown
 * @returns releases it
 * @throws Error with a sentence when another bridge holds it
 */
export function lockInstance(file: string, onRefused: () => void): () => void {
  if (file === ':memory:') return () => {}
  const lock = new Database(`${file}.lock`, { timeout: 0 })
  try {
    lock.pragma('journal_mode = MEMORY')
    lock.exec('begin exclusive')
  } catch (error) {
    lock.close()
    onRefused()
    if (sqliteCode(error) !== 'SQLITE_BUSY') throw error
    throw new Error(
      `Another bridge is already running on ${file}. Stop it first, or give each a database of its own; ` +
        'several instances that share their work need PostgreSQL (DATABASE_URL=postgres://…).',
      { cause: error },
    )
  }
  return () => lock.close()
}

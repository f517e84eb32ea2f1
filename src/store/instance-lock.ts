import Database from 'better-sqlite3'
import { sqliteCode } from './sqlite.ts'

/**
 * One bridge per database file: two would work the same lanes without knowing of each other. The lock is SQLite's own, on
 * a file beside the database, so the system lets go of it whenever and however the process ends.
 * @param onRefused called before the error is thrown
 * @returns releases it
 * @throws Error with a sentence when another bridge holds it, or it cannot be had at all
 */
export function lockInstance(file: string, onRefused: () => void): () => void {
  if (file === ':memory:') return () => {}
  const path = `${file}.lock`
  let lock: Database.Database | undefined
  try {
    lock = new Database(path, { timeout: 0 })
    lock.pragma('journal_mode = MEMORY')
    lock.exec('begin exclusive')
  } catch (error) {
    lock?.close()
    onRefused()
    throw new Error(whyNot(file, path, sqliteCode(error)), { cause: error })
  }
  const held = lock
  return () => held.close()
}

function whyNot(file: string, path: string, code = ''): string {
  if (code === 'SQLITE_BUSY') {
    return (
      `Another bridge is already running on ${file}. Stop it first, or give each a database of its own; ` +
      'several instances that share their work need PostgreSQL (DATABASE_URL=postgres://…).'
    )
  }
  return (
    `${path}, which keeps a second bridge from the same database, cannot be used (${code}). It holds no data: ` +
    'make sure that no other bridge is running, delete it and start again.'
  )
}

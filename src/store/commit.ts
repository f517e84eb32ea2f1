import type { Db, Tx } from './database.ts'
import { PostgresDb } from './postgres.ts'
import { createPostgresCommit } from './postgres-commit.ts'
import { SqliteDb } from './sqlite.ts'
import { createSqliteCommit } from './sqlite-commit.ts'

/**
 * Runs one unit of work in a transaction; resolves once it is on disk. Rejects with what the work threw, and then nothing
 * of it was written. Where transactions can stand in each other's way, the work may be run more than once.
 */
export type Commit = <T>(work: (tx: Tx) => Promise<T>, o?: UnitOptions) => Promise<T>

export interface UnitOptions {
  /** For what somebody waits for outside: it goes before other units. */
  ahead?: boolean
  /**
   * Whom it is about: a customer's address, or null for who knows whom. Units about the same customer never run at the
   * same time; `queue` is for those that touch nothing but rows of the queue, which have locks of their own. Absent: the
   * unit runs alone. On SQLite they all do.
   */
  about?: 'queue' | ((tx: Tx) => Promise<string | null>)
}

export function createCommit(db: Db): Commit {
  if (db instanceof PostgresDb) return createPostgresCommit(db)
  if (db instanceof SqliteDb) return createSqliteCommit(db)
  throw new Error('A database is opened with openDatabase() or openBeside()')
}

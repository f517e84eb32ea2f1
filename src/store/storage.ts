import type { Log } from '../log.ts'
import { createBallast } from './ballast.ts'
import { createBell } from './bell.ts'
import { type Commit, createCommit } from './commit.ts'
import { type Db, openDatabase, sqliteFile } from './database.ts'
import { databaseClock } from './database-clock.ts'
import { createStorageHealth, type StorageHealth } from './health.ts'
import { PostgresDb } from './postgres.ts'
import { isPostgresFailure, whyNotPostgres } from './postgres-failure.ts'
import { quickCheck } from './quick-check.ts'
import { isSqliteFailure, whyNot } from './sqlite.ts'

export interface Storage {
  db: Db
  commit: Commit
  health: StorageHealth
  /** Unix ms; the same for all who work on the database. */
  now: () => number
  /** Other instances may be at work on it. */
  shared: boolean
  /** `heard` is called when another instance says that there is work. Returns what tells them so. */
  bell(heard: () => void): () => void
  /** Reads the whole of it for damage, beside the event loop, where it is a file. */
  check(): Promise<void>
  /** An Error with a sentence for a failure of the storage, any other error as it is. */
  explain(error: unknown): unknown
}

export interface StorageOptions {
  log: Log
  /** Unix ms, by our own clock. */
  now: () => number
  /** The process should end and be started anew. */
  giveUp: () => void
}

/**
 * The database with what watches over it.
 * @throws Error with a sentence when the database cannot be used
 */
export async function openStorage(url: string, o: StorageOptions): Promise<Storage> {
  const db = await openDatabase(url)
  return db instanceof PostgresDb ? sharedStorage(db, url, o) : fileStorage(db, sqliteFile(url), o)
}

async function sharedStorage(db: PostgresDb, url: string, o: StorageOptions): Promise<Storage> {
  const noBallast = { load() {}, drop: () => false }
  return {
    db,
    commit: createCommit(db),
    health: createStorageHealth({ ...o, ballast: noBallast }),
    now: await databaseClock(db, o.now),
    shared: true,
    bell: (heard) => createBell(db, url, heard),
    // Its pages are checked where they are, by those who look after it.
    check: async () => {},
    explain: (error) => (isPostgresFailure(error) ? new Error(whyNotPostgres(error), { cause: error }) : error),
  }
}

function fileStorage(db: Db, file: string, o: StorageOptions): Storage {
  const ballast = createBallast(file)
  ballast.load()
  const health = createStorageHealth({ ...o, ballast })
  return {
    db,
    commit: createCommit(db),
    health,
    now: o.now,
    shared: false,
    bell: () => () => {},
    async check() {
      // There may not have been room for it when the full disk had room for the rest again.
      ballast.load()
      if (file === ':memory:') return
      const damage = await quickCheck(file)
      if (damage === null) return
      o.log.error({ damage: damage.slice(0, 200) }, 'The check of the database found damage')
      health.failed(Object.assign(new Error('damaged'), { code: 'SQLITE_CORRUPT' }))
    },
    explain: (error) => (isSqliteFailure(error) ? new Error(whyNot(file, error), { cause: error }) : error),
  }
}

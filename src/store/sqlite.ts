import { existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { CompiledQuery, type DatabaseConnection, Kysely, SqliteDialect, SqliteDriver, type Transaction } from 'kysely'
import type { Schema } from './schema.ts'
import { createWalSync, type WalSync } from './wal-sync.ts'

/** Older versions can lose commits when a checkpoint resets the WAL: https://sqlite.org/wal.html#walresetbug */
const OLDEST_SQLITE = '3.51.3'

/** SQLite's own waiting for a lock stops the whole event loop; ours is asynchronous, so its own is all but off. */
const SQLITE_WAIT_MS = 10
const LOCK_WAIT_MS = 400
const LOCK_RETRY_MS = 20

/** Opens the file, or makes it. Throws an Error with a sentence for people. */
export function openSqlite(file: string): Database.Database {
  const inMemory = file === ':memory:'
  try {
    if (!inMemory) mkdirSync(dirname(resolve(file)), { recursive: true })
    refuseStubs(file)
    const sqlite = new Database(file, { timeout: SQLITE_WAIT_MS })
    try {
      makeDurable(sqlite)
    } catch (error) {
      sqlite.close()
      throw error
    }
    return sqlite
  } catch (error) {
    throw new Error(whyNot(file, error), { cause: error })
  }
}

/** SQLite takes a file of a few bytes for an empty database and writes over it. */
function refuseStubs(file: string): void {
  const size = existsSync(file) && statSync(file).isFile() ? statSync(file).size : 0
  if (size > 0 && size < 512) throw Object.assign(new Error('too short'), { code: 'SQLITE_NOTADB' })
}

function makeDurable(sqlite: Database.Database): void {
  sqlite.pragma('journal_mode = WAL')
  // better-sqlite3 is built so that WAL means synchronous=NORMAL, where a power cut can undo a commit we acknowledged.
  sqlite.pragma('synchronous = FULL')
  // Every text touches the same few index pages; four times the default writes them back a quarter as often.
  sqlite.pragma('wal_autocheckpoint = 4000')
  // What is deleted is overwritten: erasing somebody must not leave their words in free pages.
  sqlite.pragma('secure_delete = ON')
  sqlite.pragma('journal_size_limit = 67108864')
  if (sqlite.pragma('synchronous', { simple: true }) !== 2) throw new Error('SQLite refused synchronous=FULL')
  const version = String(sqlite.prepare('select sqlite_version()').pluck().get())
  if (version.localeCompare(OLDEST_SQLITE, undefined, { numeric: true }) < 0) {
    throw new Error(`SQLite ${version} can lose commits; ${OLDEST_SQLITE} or newer is needed`)
  }
}

/** The sentence for a database that cannot be opened, or not be read once it is. */
export function whyNot(file: string, error: unknown): string {
  const code = sqliteCode(error) ?? (error instanceof Error && 'code' in error ? String(error.code) : '')
  if (code === 'SQLITE_NOTADB') {
    return `${file} is not a SQLite database. It was left as it is: restore a backup, or name another file in DATABASE_URL.`
  }
  if (code.startsWith('SQLITE_CORRUPT')) {
    return `The database ${file} is damaged. It was left as it is: restore a backup, or recover it with "sqlite3 ${file} .recover".`
  }
  if (/CANTOPEN|READONLY|PERM|EACCES|EROFS|EPERM|ENOTDIR/.test(code)) {
    const there =
      existsSync(file) && statSync(file).isDirectory()
        ? 'It is a folder.'
        : 'Check that the user of this process may write to the file and its folder.'
    return `The database ${file} cannot be opened for writing (${code}). ${there}`
  }
  return `The database ${file} cannot be opened${code ? ` (${code})` : ''}: ${error instanceof Error ? error.message : 'unknown error'}`
}

/** SQLite's own result code, as `SQLITE_FULL`; undefined for any other error. */
export function sqliteCode(error: unknown): string | undefined {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
  return code.startsWith('SQLITE_') ? code : undefined
}

const STORAGE_CODES = /^SQLITE_(FULL|BUSY|LOCKED|IOERR|CORRUPT|NOTADB|READONLY|CANTOPEN|NOMEM|PROTOCOL)/

/** The file or its disk failed, not what was to be stored. */
export function isSqliteFailure(error: unknown): boolean {
  return STORAGE_CODES.test(sqliteCode(error) ?? '')
}

/** Kysely on better-sqlite3, with transactions that begin as writers and waits that do not stop the event loop. */
export class SqliteDb extends Kysely<Schema> {
  readonly #sqlite: Database.Database
  readonly #wal: WalSync | null

  constructor(sqlite: Database.Database, onClose: () => void = () => {}) {
    super({ dialect: new ImmediateDialect({ database: cachingStatements(sqlite, onClose) }) })
    this.#sqlite = sqlite
    this.#wal = sqlite.memory ? null : createWalSync(sqlite.name)
  }

  /**
   * A transaction that does not stop the event loop to wait for the disk: others see it when this resolves, and it is kept
   * once `lasting()` has resolved as well.
   */
  async transactionToLast(work: (tx: Transaction<Schema>) => Promise<void>): Promise<void> {
    await this.connection().execute(async (connection) => {
      if (this.#wal?.failed()) this.#writeBack(this.#wal)
      this.#sqlite.pragma('synchronous = NORMAL')
      try {
        await connection.transaction().execute(work)
      } finally {
        this.#sqlite.pragma('synchronous = FULL')
      }
    })
  }

  /**
   * Resolves when all that was committed is on the disk.
   * @throws Error with one of SQLite's codes: after a power cut what was committed may be there, or not
   */
  async lasting(): Promise<void> {
    await this.#wal?.lasting()
  }

  /** What may not have reached the disk in the log is put into the database itself, and SQLite waits for that. */
  #writeBack(wal: WalSync): void {
    const [result] = this.#sqlite.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[]
    if (result?.busy !== 0) {
      throw Object.assign(new Error('Another process reads the database.'), { code: 'SQLITE_BUSY' })
    }
    wal.mended()
  }

  override async destroy(): Promise<void> {
    await this.#wal?.close()
    await super.destroy()
  }
}

/** Kysely prepares a statement for every query; ours are few and repeat, so each is prepared once. */
function cachingStatements(sqlite: Database.Database, onClose: () => void) {
  const statements = new Map<string, Database.Statement>()
  return {
    close() {
      sqlite.close()
      onClose()
    },
    prepare(text: string): Database.Statement {
      const known = statements.get(text)
      if (known) return known
      if (statements.size >= 1000) statements.clear()
      const statement = sqlite.prepare(text)
      statements.set(text, statement)
      return statement
    },
  }
}

type DialectConfig = ConstructorParameters<typeof SqliteDialect>[0]

class ImmediateDialect extends SqliteDialect {
  readonly #config: DialectConfig

  constructor(config: DialectConfig) {
    super(config)
    this.#config = config
  }

  override createDriver(): SqliteDriver {
    return new ImmediateDriver(this.#config)
  }
}

class ImmediateDriver extends SqliteDriver {
  /** Since when another process has kept us out; those who come later need not wait as long again. */
  #lockedSince: number | null = null

  /** A transaction that reads first fails at once when another process wrote in between, unless it begins as a writer. */
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    for (;;) {
      try {
        await connection.executeQuery(CompiledQuery.raw('begin immediate'))
        this.#lockedSince = null
        return
      } catch (error) {
        if (sqliteCode(error) !== 'SQLITE_BUSY') throw error
        const now = performance.now()
        this.#lockedSince ??= now
        if (now - this.#lockedSince > LOCK_WAIT_MS) throw error
        await wait(LOCK_RETRY_MS)
      }
    }
  }

  /** A commit that fails for the disk's sake has rolled back already; that it cannot be done again must not hide why. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    try {
      await super.rollbackTransaction(connection)
    } catch (error) {
      if (!(error instanceof Error && error.message.includes('no transaction is active'))) throw error
    }
  }
}

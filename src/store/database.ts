import { mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import Database from 'better-sqlite3'
import { CompiledQuery, type DatabaseConnection, Kysely, SqliteDialect, SqliteDriver, type Transaction } from 'kysely'
import { migrate } from './migrate.ts'
import type { Schema } from './schema.ts'

export type Db = Kysely<Schema>
export type Tx = Transaction<Schema>

/** Older versions can lose commits when a checkpoint resets the WAL: https://sqlite.org/wal.html#walresetbug */
const OLDEST_SQLITE = '3.51.3'

/** Waiting for a lock stops the whole event loop, so it must stay short; the caller answers 503 and comes again. */
const BUSY_MS = 250

/**
 * Opens the database of `DATABASE_URL` and brings its schema up to date.
 * @param url `sqlite:<path>`, or `sqlite::memory:` in tests.
 * @throws Error with a sentence when the file cannot be opened, is not a database, or is newer than this program.
 */
export async function openDatabase(url: string): Promise<Db> {
  const file = url.replace(/^sqlite:(\/\/)?/, '')
  if (file !== ':memory:') mkdirSync(dirname(resolve(file)), { recursive: true })
  const sqlite = new Database(file, { timeout: BUSY_MS })
  try {
    makeDurable(sqlite)
    const db = new Kysely<Schema>({ dialect: new ImmediateSqlite({ database: cachingStatements(sqlite) }) })
    await migrate(db)
    return db
  } catch (error) {
    sqlite.close()
    throw inWords(file, error)
  }
}

function inWords(file: string, error: unknown): unknown {
  if (!(error instanceof Database.SqliteError)) return error
  const problem =
    error.code === 'SQLITE_NOTADB'
      ? 'is not a SQLite database and was left as it is'
      : `cannot be used: ${error.message}`
  return new Error(`The file ${file} ${problem}. Check DATABASE_URL, or restore a backup.`, { cause: error })
}

function makeDurable(sqlite: Database.Database): void {
  sqlite.pragma('journal_mode = WAL')
  // better-sqlite3 is built so that WAL means synchronous=NORMAL, where a power cut can undo a commit we acknowledged.
  sqlite.pragma('synchronous = FULL')
  sqlite.pragma('journal_size_limit = 67108864')
  if (sqlite.pragma('synchronous', { simple: true }) !== 2) throw new Error('SQLite refused synchronous=FULL')
  const version = String(sqlite.prepare('select sqlite_version()').pluck().get())
  if (version.localeCompare(OLDEST_SQLITE, undefined, { numeric: true }) < 0) {
    throw new Error(`SQLite ${version} can lose commits; ${OLDEST_SQLITE} or newer is needed`)
  }
}

/** Kysely prepares a statement for every query; ours are few and repeat, so each is prepared once. */
function cachingStatements(sqlite: Database.Database) {
  const statements = new Map<string, Database.Statement>()
  return {
    close: () => sqlite.close(),
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

/** A transaction that reads before it writes fails at once when another process wrote in between, unless it begins as a writer. */
class ImmediateSqlite extends SqliteDialect {
  readonly #config: ConstructorParameters<typeof SqliteDialect>[0]

  constructor(config: ConstructorParameters<typeof SqliteDialect>[0]) {
    super(config)
    this.#config = config
  }

  override createDriver(): SqliteDriver {
    return new ImmediateDriver(this.#config)
  }
}

class ImmediateDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }
}

import { existsSync } from 'node:fs'
import type { Kysely, Transaction } from 'kysely'
import { copyBeforeUpgrade } from './copy-before-upgrade.ts'
import { lockInstance } from './instance-lock.ts'
import { checkVersion, type Migration, migrate } from './migrate.ts'
import { refuseMoved } from './moved.ts'
import { connectPostgres, isPostgresUrl } from './postgres.ts'
import { whyNotPostgres } from './postgres-failure.ts'
import type { Schema } from './schema.ts'
import { isSqliteFailure, openSqlite, SqliteDb, whyNot } from './sqlite.ts'

export type Db = Kysely<Schema>
export type Tx = Transaction<Schema>

/**
 * Opens the database of `DATABASE_URL` for the bridge itself; its schema is brought up to date, with a copy of a file beside
 * it of how it was. A SQLite file is for one bridge alone, a PostgreSQL database for any number of them.
 * @param url `sqlite:<path>`, `sqlite::memory:` in tests, or `postgres://…`
 * @throws Error with a sentence when it cannot be opened, is not a database, is in use, or is newer than this program.
 */
export async function openDatabase(url: string, steps?: readonly Migration[]): Promise<Db> {
  return isPostgresUrl(url) ? openPostgres(url, steps) : openFile(sqliteFile(url), steps)
}

async function openPostgres(url: string, steps?: readonly Migration[]): Promise<Db> {
  const db = await connectPostgres(url)
  try {
    await migrate(db, steps)
    return db
  } catch (error) {
    await db.destroy()
    throw new Error(whyNotPostgres(error), { cause: error })
  }
}

async function openFile(file: string, steps?: readonly Migration[]): Promise<Db> {
  const sqlite = openSqlite(file)
  const release = lockInstance(file, () => sqlite.close())
  const db = new SqliteDb(sqlite, release)
  try {
    await migrate(db, steps, (schema) => copyBeforeUpgrade(file, schema))
    await refuseMoved(db, file)
    return db
  } catch (error) {
    await db.destroy()
    throw isSqliteFailure(error) ? new Error(whyNot(file, error), { cause: error }) : error
  }
}

/** Opens the database of a bridge that may be running, for a command beside it. The schema must be the one this program knows. */
export async function openBeside(url: string): Promise<Db> {
  const db = isPostgresUrl(url) ? await connectPostgres(url) : openFileBeside(sqliteFile(url))
  try {
    await checkVersion(db)
    return db
  } catch (error) {
    await db.destroy()
    throw error
  }
}

function openFileBeside(file: string): Db {
  // Opening it would make it.
  if (!existsSync(file))
    throw new Error(`There is no database ${file}: start the bridge once, or correct DATABASE_URL.`)
  return new SqliteDb(openSqlite(file))
}

/**
 * The path in `sqlite:<path>`.
 * @throws Error with a sentence for a PostgreSQL database, which is no file
 */
export function sqliteFile(url: string): string {
  if (isPostgresUrl(url)) {
    throw new Error(
      'DATABASE_URL names a PostgreSQL database; this is for SQLite files. PostgreSQL has pg_dump for backups.',
    )
  }
  return url.replace(/^sqlite:/, '')
}

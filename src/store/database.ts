import { existsSync } from 'node:fs'
import { Kysely, type Transaction } from 'kysely'
import { copyBeforeUpgrade } from './copy-before-upgrade.ts'
import { lockInstance } from './instance-lock.ts'
import { checkVersion, type Migration, migrate } from './migrate.ts'
import type { Schema } from './schema.ts'
import { isStorageFailure, openSqlite, sqliteDialect, whyNot } from './sqlite.ts'

export type Db = Kysely<Schema>
export type Tx = Transaction<Schema>

/**
 * Opens the database of `DATABASE_URL` for the bridge itself: no other bridge may have it, and its schema is brought up to
 * date, with a copy beside it of how it was.
 * @param url `sqlite:<path>`, or `sqlite::memory:` in tests.
 * @throws Error with a sentence when the file cannot be opened, is not a database, is in use, or is newer than this program.
 */
export async function openDatabase(url: string, steps?: readonly Migration[]): Promise<Db> {
  const file = sqliteFile(url)
  const sqlite = openSqlite(file)
  const release = lockInstance(file, () => sqlite.close())
  const db = new Kysely<Schema>({ dialect: sqliteDialect(sqlite, release) })
  try {
    await migrate(db, steps, (schema) => copyBeforeUpgrade(file, schema))
    return db
  } catch (error) {
    await db.destroy()
    throw isStorageFailure(error) ? new Error(whyNot(file, error), { cause: error }) : error
  }
}

/** Opens the database of a bridge that may be running, for a command beside it. The schema must be the one this program knows. */
export async function openBeside(url: string): Promise<Db> {
  const file = sqliteFile(url)
  // Opening it would make it.
  if (!existsSync(file))
    throw new Error(`There is no database ${file}: start the bridge once, or correct DATABASE_URL.`)
  const db = new Kysely<Schema>({ dialect: sqliteDialect(openSqlite(file)) })
  try {
    await checkVersion(db)
    return db
  } catch (error) {
    await db.destroy()
    throw error
  }
}

/** The path in `sqlite:<path>`. */
export function sqliteFile(url: string): string {
  return url.replace(/^sqlite:/, '')
}

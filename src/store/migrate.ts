import { type Kysely, sql, type Transaction } from 'kysely'
import { first } from './migrations/001-first.ts'
import type { Schema } from './schema.ts'

/** Of PostgreSQL, which may say it in any language. SQLite has but one code for everything wrong with a statement. */
const UNDEFINED_TABLE = '42P01'

export type Migration = (db: Kysely<Schema>) => Promise<void>

/** In order; never edited once released, only added to. */
export const MIGRATIONS: readonly Migration[] = [first]

/**
 * Brings the schema up to date, each step in a transaction of its own together with the note that it was done. Instances
 * that start at the same time come one after the other, and find done what was done.
 * @param beforeUpgrade called before the schema of a database that has one is changed, with the number of the one it gets
 * @throws Error when the database was written by a newer version.
 */
export async function migrate(
  db: Kysely<Schema>,
  steps: readonly Migration[] = MIGRATIONS,
  beforeUpgrade: (schema: number) => Promise<void> = async () => {},
): Promise<void> {
  const done = await versionOf(db, steps.length).catch(noneYet)
  // Whoever starts beside others that are at work does not keep them from it.
  if (done === steps.length) return
  if (done > 0) await beforeUpgrade(steps.length)
  await db
    .transaction()
    .execute((tx) => sql`create table if not exists migrations (version integer primary key)`.execute(tx))
  for (const [index, step] of steps.entries()) {
    await db.transaction().execute(async (tx) => {
      if ((await versionOf(tx, steps.length)) > index) return
      await step(tx)
      await sql`insert into migrations (version) values (${index + 1})`.execute(tx)
    })
  }
}

/** @throws Error when the schema is not exactly the one this program knows. */
export async function checkVersion(db: Kysely<Schema>): Promise<void> {
  const version = await versionOf(db, MIGRATIONS.length).catch(noneYet)
  if (version === 0)
    throw new Error('No bridge has run on this database yet: start the bridge once, or correct DATABASE_URL.')
  if (version < MIGRATIONS.length) {
    throw new Error('The database has an older schema. Start the bridge once: it brings the schema up to date.')
  }
}

/** The table in which the versions stand is made with the first. */
function noneYet(error: unknown): 0 {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
  if (code === UNDEFINED_TABLE || String(error).includes('no such table')) return 0
  throw error
}

async function versionOf(db: Kysely<Schema> | Transaction<Schema>, newest: number): Promise<number> {
  const { rows } = await sql<{ version: number | null }>`select max(version) as version from migrations`.execute(db)
  const version = rows[0]?.version ?? 0
  if (version > newest) {
    throw new Error(
      `The database has schema ${version}, this version of the bridge knows ${newest}. ` +
        'Start the version that wrote it, or restore the backup made before the upgrade.',
    )
  }
  return version
}

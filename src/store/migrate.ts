import { type Kysely, sql } from 'kysely'
import { first } from './migrations/001-first.ts'
import type { Schema } from './schema.ts'

type Migration = (db: Kysely<Schema>) => Promise<void>

/** In order; never edited once released, only added to. */
const migrations: Migration[] = [first]

/**
 * Brings the schema up to date, each step in a transaction of its own together with the note that it was done.
 * @throws Error when the database was written by a newer version.
 */
export async function migrate(db: Kysely<Schema>, steps: Migration[] = migrations): Promise<void> {
  await sql`create table if not exists migrations (version integer primary key)`.execute(db)
  const done = await versionOf(db, steps.length)
  for (const [index, step] of steps.entries()) {
    if (index < done) continue
    await db.transaction().execute(async (tx) => {
      await step(tx)
      await sql`insert into migrations (version) values (${index + 1})`.execute(tx)
    })
  }
}

/** @throws Error when the schema is not exactly the one this program knows. */
export async function checkVersion(db: Kysely<Schema>): Promise<void> {
  if ((await versionOf(db, migrations.length)) < migrations.length) {
    throw new Error('The database has an older schema. Start the bridge once: it brings the schema up to date.')
  }
}

async function versionOf(db: Kysely<Schema>, newest: number): Promise<number> {
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

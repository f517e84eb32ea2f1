import { type Kysely, sql } from 'kysely'
import { first } from './migrations/001-first.ts'
import type { Schema } from './schema.ts'

export type Migration = (db: Kysely<Schema>) => Promise<void>

/** In order; never edited once released, only added to. */
export const MIGRATIONS: readonly Migration[] = [first]

/**
 * Brings the schema up to date, each step in a transaction of its own together with the note that it was done.
 * @param beforeUpgrade called before the schema of a database that has one is changed, with the number of the one it gets
 * @throws Error when the database was written by a newer version.
 */
export async function migrate(
  db: Kysely<Schema>,
  steps: readonly Migration[] = MIGRATIONS,
  beforeUpgrade: (schema: number) => Promise<void> = async () => {},
): Promise<void> {
  await sql`create table if not exists migrations (version integer primary key)`.execute(db)
  const done = await versionOf(db, steps.length)
  if (done > 0 && done < steps.length) await beforeUpgrade(steps.length)
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
  if ((await versionOf(db, MIGRATIONS.length)) < MIGRATIONS.length) {
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

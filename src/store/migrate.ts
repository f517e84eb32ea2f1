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
  const { rows } = await sql<{ version: number | null }>`select max(version) as version from migrations`.execute(db)
  const done = rows[0]?.version ?? 0
  if (done > steps.length) {
    throw new Error(
      `The database has schema ${done}, this version of the bridge knows ${steps.length}. ` +
        'Start the version that wrote it, or restore the backup made before the upgrade.',
    )
  }
  for (const [index, step] of steps.entries()) {
    if (index < done) continue
    await db.transaction().execute(async (tx) => {
      await step(tx)
      await sql`insert into migrations (version) values (${index + 1})`.execute(tx)
    })
  }
}

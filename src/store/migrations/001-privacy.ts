import type { Kysely } from 'kysely'
import type { Schema } from '../schema.ts'

/** What is gone, and what is to go. */
export async function forPrivacy(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable('erased')
    .addColumn('hash', 'text', (c) => c.primaryKey())
    .addColumn('erased_at', 'bigint', (c) => c.notNull())
    .execute()
  await db.schema
    .createTable('erasures')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('subject', 'text', (c) => c.notNull())
    .addColumn('person', 'text')
    .addColumn('at_twilio', 'integer', (c) => c.notNull())
    .addColumn('counts', 'text', (c) => c.notNull())
    .addColumn('requested_at', 'bigint', (c) => c.notNull())
    .addColumn('finished_at', 'bigint')
    .execute()
}

import { type Kysely, PostgresAdapter } from 'kysely'
import type { Schema } from './schema.ts'

/** PostgreSQL: rows can be locked, and other instances may have locked them. */
export function locksRows(db: Kysely<Schema>): boolean {
  return db.getExecutor().adapter instanceof PostgresAdapter
}

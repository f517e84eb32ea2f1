import { sql } from 'kysely'
import type { Db } from './database.ts'

/** Written out instead of bound, so that the database sees that its index of these is meant. */
const unknown = sql<boolean>`status = 'unknown'`

/** Texts of which only a person can say whether they went out. */
export async function countUnknown(db: Db): Promise<number> {
  const { count } = await db
    .selectFrom('messages')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where(unknown)
    .executeTakeFirstOrThrow()
  return Number(count)
}

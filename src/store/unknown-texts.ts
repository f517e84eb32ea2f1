import type { Db } from './database.ts'
import { uncommon } from './uncommon.ts'

/** Texts of which only a person can say whether they went out. */
export async function countUnknown(db: Db): Promise<number> {
  const { count } = await db
    .selectFrom('messages')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('status', '=', 'unknown')
    .where(uncommon)
    .executeTakeFirstOrThrow()
  return Number(count)
}

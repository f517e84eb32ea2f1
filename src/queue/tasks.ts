import type { Db } from '../store/database.ts'

/**
 * Whether this run of a task is ours: true for the first of all instances that ask, then for nobody until `untilNext`
 * (ms) has gone by.
 */
export async function takeTask(db: Db, name: string, o: { now: number; untilNext: number }): Promise<boolean> {
  const nextAt = o.now + o.untilNext
  const taken = await db
    .insertInto('tasks')
    .values({ name, next_at: nextAt })
    .onConflict((c) => c.column('name').doUpdateSet({ next_at: nextAt }).where('tasks.next_at', '<=', o.now))
    .executeTakeFirstOrThrow()
  return Number(taken.numInsertedOrUpdatedRows) > 0
}

import { sql } from 'kysely'
import type { Db } from '../store/database.ts'

/** Written out instead of bound, so that the database sees that its indexes of these are meant. */
const unfinished = sql<boolean>`state in ('ready', 'sending', 'uncertain')`
const undecided = sql<boolean>`state = 'ready'`
const dead = sql<boolean>`state = 'dead'`

/** Since when (Unix ms) the oldest fact or effect in one kind of lane (`inbox:` …) waits; null when there is none. */
export async function waitingSince(db: Db, lanes: string): Promise<number | null> {
  const end = `${lanes}\u{10ffff}`
  const effect = await db
    .selectFrom('effects')
    .select((e) => e.fn.min('created_at').as('since'))
    .where('lane', '>=', lanes)
    .where('lane', '<', end)
    .where(unfinished)
    .executeTakeFirst()
  const fact = await db
    .selectFrom('facts')
    .select((e) => e.fn.min('received_at').as('since'))
    .where('lane', '>=', lanes)
    .where('lane', '<', end)
    .where(undecided)
    .executeTakeFirst()
  // Of no rows, the smallest is null.
  const times = [effect?.since, fact?.since].filter((since) => since !== null && since !== undefined)
  return times.length === 0 ? null : Math.min(...times.map(Number))
}

/** Facts and effects that were given up. */
export async function countDead(db: Db): Promise<number> {
  const counts = [
    db
      .selectFrom('effects')
      .select((e) => e.fn.countAll<number>().as('count'))
      .where(dead),
    db
      .selectFrom('facts')
      .select((e) => e.fn.countAll<number>().as('count'))
      .where(dead),
  ]
  let total = 0
  for (const query of counts) total += Number((await query.executeTakeFirstOrThrow()).count)
  return total
}

import { inDoubt, type StoredEffect } from '../queue/jobs.ts'
import type { Tx } from '../store/database.ts'
import { laneOf } from './lanes.ts'

/** Customers' texts whose posting is under way or in doubt, the oldest first. */
export async function postsInDoubt(tx: Tx): Promise<StoredEffect[]> {
  const effects = await inDoubt(tx, laneOf.inbox(''))
  return effects.filter(({ kind }) => kind === 'part.post')
}

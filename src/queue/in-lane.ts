import type { Tx } from '../store/database.ts'
import { holdLane, type Lease } from './lanes.ts'
import type { TurnOptions } from './turn.ts'

/**
 * A unit of work on a lane, which first proves that the lane is still ours.
 * @throws LeaseLost when another worker took the lane over
 */
export function inLane<T>(o: TurnOptions, lease: Lease, work: (tx: Tx) => Promise<T>): Promise<T> {
  return o.commit(
    async (tx) => {
      await holdLane(tx, lease, o.now() + o.leaseMs)
      return work(tx)
    },
    { about: (tx) => o.work.about(tx, lease.lane) },
  )
}

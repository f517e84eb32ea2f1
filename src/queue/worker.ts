import type { Db } from '../store/database.ts'
import { createAppointments } from './appointments.ts'
import { claimLanes, type Lease, LeaseLost, nextDue, releaseMislaid, renewLeases, restLane } from './lanes.ts'
import { nextCall, type TurnOptions, takeTurn } from './turn.ts'

export interface WorkerOptions extends Omit<TurnOptions, 'wake' | 'appointed'> {
  db: Db
  /** Unique to this process and start. */
  owner: string
  /** How many lanes are worked at once. */
  lanesAtOnce: number
}

export interface Worker {
  /** There may be new work. */
  wake(): void
  /** Resolves when the lanes in hand are back; takes no new ones. */
  stop(): Promise<void>
}

/** Lanes of other instances, and leases that ran out, are noticed by looking; a wake-up only saves the wait. */
const LOOK_EVERY_MS = 1000
/** After so many turns a lane goes to the back of the queue, so that one busy customer does not keep a place for ever. */
const TURNS_IN_A_ROW = 50

/** Takes due lanes and works each one, one turn at a time, until it is empty or has to wait. */
export function startWorker(o: WorkerOptions): Worker {
  const running = new Map<string, Promise<void>>()
  const appointments = createAppointments()
  const options: TurnOptions = { ...o, wake, appointed: appointments.make }
  let stopped = false
  let looking: Promise<void> | null = null
  let again = false
  /** Lanes may be held in our name that are not in `running`: the database did what it did not live to tell. */
  let mislaid = false
  let timer: NodeJS.Timeout | undefined
  const heartbeat = setInterval(() => void keepLeases(), Math.max(100, o.leaseMs / 3))

  function wake(): void {
    again = true
    if (looking || stopped) return
    looking = new Promise((done) => setImmediate(() => void look().then(done)))
  }

  async function look(): Promise<void> {
    clearTimeout(timer)
    let wait = LOOK_EVERY_MS
    try {
      again = false
      if (mislaid) await findMislaid()
      if (running.size < o.lanesAtOnce) {
        let next = await nextDue(o.db, o.now())
        if (next !== null && next <= o.now()) {
          await claim()
          next = await nextDue(o.db, o.now())
        }
        if (next !== null) wait = Math.min(wait, Math.max(next - o.now(), 1))
      }
    } catch (err) {
      mislaid = true
      o.log.error({ err }, 'The work queue could not be read; trying again in a second')
    }
    looking = null
    if (stopped) return
    if (again) wake()
    else timer = setTimeout(wake, wait)
  }

  async function claim(): Promise<void> {
    const limit = o.lanesAtOnce - running.size
    if (limit <= 0 || stopped) return
    const now = o.now()
    const claims = { owner: o.owner, now, leaseMs: o.leaseMs, limit, first: appointments.keep(now, limit) }
    const leases = await o.commit((tx) => claimLanes(tx, claims), { about: 'queue' })
    for (const lease of leases) {
      const work = workLane(options, lease, () => !stopped).then((givenBack) => {
        // A lane whose lease ran out may have been taken again by this very worker.
        if (running.get(lease.lane) === work) running.delete(lease.lane)
        if (!givenBack) mislaid = true
        wake()
      })
      running.set(lease.lane, work)
    }
  }

  async function findMislaid(): Promise<void> {
    await o.commit((tx) => releaseMislaid(tx, { owner: o.owner, working: [...running.keys()] }), { about: 'queue' })
    mislaid = false
  }

  async function keepLeases(): Promise<void> {
    if (running.size === 0) return
    try {
      await renewLeases(o.db, { owner: o.owner, lanes: [...running.keys()], until: o.now() + o.leaseMs })
    } catch (err) {
      o.log.error({ err }, 'The leases could not be renewed')
    }
  }

  wake()
  return {
    wake,
    async stop() {
      stopped = true
      clearTimeout(timer)
      await looking
      await Promise.all(running.values())
      clearInterval(heartbeat)
    },
  }
}

/** Resolves with whether the lane is surely no longer held by this worker. */
async function workLane(o: TurnOptions, lease: Lease, goOn: () => boolean): Promise<boolean> {
  try {
    let call = await nextCall(o, lease)
    for (let turns = 1; call; turns++) {
      call = await takeTurn(o, lease, call, () => turns < TURNS_IN_A_ROW && goOn())
    }
    return true
  } catch (err) {
    if (err instanceof LeaseLost) {
      o.log.warn('A lane was taken over by another worker; this one lets go of it')
      return true
    }
    o.log.error({ err }, 'A lane could not be worked; it is tried again in a second')
    o.watch.storage(err)
    return letGo(o, lease)
  }
}

async function letGo(o: TurnOptions, lease: Lease): Promise<boolean> {
  try {
    await o.commit((tx) => restLane(tx, lease, o.now() + LOOK_EVERY_MS), { about: 'queue' })
    return true
  } catch (err) {
    o.watch.storage(err)
    return false
  }
}

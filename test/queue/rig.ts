import { setTimeout as wait } from 'node:timers/promises'
import { VendorError, type VendorErrorInit } from '../../src/errors.ts'
import { createLog } from '../../src/log.ts'
import { createInbox, type Inbox } from '../../src/queue/inbox.ts'
import { addEffects } from '../../src/queue/jobs.ts'
import { endAllLeases } from '../../src/queue/lanes.ts'
import type { Decision, Effect, EffectFlow, Fact, Plan, Step, Work } from '../../src/queue/work.ts'
import { startWorker, type Worker, type WorkerOptions } from '../../src/queue/worker.ts'
import { type Commit, createCommit } from '../../src/store/commit.ts'
import { type Db, openDatabase, type Tx } from '../../src/store/database.ts'
import { ConnectionLost } from '../../src/store/postgres-failure.ts'

export const START = 1_700_000_000_000

/**
 * How a call ends: `lost` never reached the vendor, `swallowed` did but its answer was lost; both look alike. A promise
 * holds the call up until it resolves.
 */
export type Ending = 'accepted' | 'lost' | 'swallowed' | 'busy' | 'away' | 'limited' | 'refused' | 'unauthorized'

/**
 * One effect: `text` must never be doubled and may end as unknown, `part` may be re-sent whenever it is proven absent,
 * `tag` may be repeated at will.
 */
export interface Job {
  name: string
  kind?: 'text' | 'part' | 'tag'
  lane?: string
  /** Calls it takes; default 1. */
  calls?: number
  /** Where a bug of ours strikes. */
  bug?: 'plan' | 'accepted'
}

export interface Script {
  /** Endings of the calls of an effect, in order; then `accepted`. */
  calls: Record<string, (Ending | Promise<Ending>)[]>
  /** Endings of its lookups: what is really there, unless it says otherwise. */
  lookups: Record<string, 'busy'[]>
  /** How long it takes until a call or a look is given up for want of an answer. */
  timeoutMs: number
  /** Facts that cannot be decided yet. */
  waiting: Set<string>
  /** Which of the worker's commits, counted from 1, are done without that the answer ever comes. */
  lostCommits: number[]
  /** What the flow makes of a refusal. */
  refusal: 'dead' | 'next' | 'done'
}

export interface Rig {
  db: Db
  clock: { now: number }
  work: Work
  options: Omit<WorkerOptions, 'owner' | 'lanesAtOnce'>
  inbox: Inbox
  script: Script
  /** What the vendor has, in the order it came. */
  arrived: string[]
  /** Every call and every look, as `name` and `look: name`, with the milliseconds since the start. */
  calls: { what: string; at: number }[]
  /** What the flows were told: `accepted a`, `refused a`, `unknown a`. */
  told: string[]
  /** Jobs that were given up, as whoever looks after the bridge hears of them. */
  dead: string[]
  worker: Worker
  /** Records one fact that asks for these effects. */
  record(key: string, jobs: Job[], lane?: string): Promise<void>
  /** Waits until nothing more can be done at this time. */
  idle(): Promise<void>
  /** The clock goes on by so many seconds, and everything due is done. */
  after(seconds: number): Promise<void>
  /** The worker is gone with whatever it was doing; another one starts. */
  crash(): Promise<void>
  state(name: string): Promise<string>
  close(): Promise<void>
}

const OPTIONS = { leaseMs: 60_000, settleMs: 60_000, retryBaseMs: 1000, maxAttempts: 4 }

/** The queue on an empty database, with a scripted vendor and a clock that stands still unless it is told to go on. */
export async function startRig(url: string, options: Partial<typeof OPTIONS> = {}): Promise<Rig> {
  const db = await openDatabase(url)
  const clock = { now: START }
  const log = createLog({ level: 'silent', pii: false })
  const script: Script = { calls: {}, lookups: {}, timeoutMs: 0, waiting: new Set(), lostCommits: [], refusal: 'dead' }
  const vendor = {
    arrived: [] as string[],
    calls: [] as Rig['calls'],
    told: [] as string[],
    dead: [] as string[],
    clock,
    script,
  }
  const work = scriptedWork(vendor)
  const commit = createCommit(db)
  const common = {
    ...OPTIONS,
    ...options,
    db,
    commit: losing(commit, script),
    log,
    work,
    now: () => clock.now,
    watch: { storage() {}, attempt() {}, decided() {} },
  }
  let starts = 0
  /** Workers that crashed: what their calls bring them they still try to write. */
  const gone: Promise<void>[] = []
  const start = () => startWorker({ ...common, owner: `worker-${++starts}`, lanesAtOnce: 10 })

  const rig: Rig = {
    ...vendor,
    db,
    work,
    options: common,
    worker: start(),
    inbox: createInbox({ commit, now: () => clock.now, wake: () => rig.worker.wake() }),
    record: (key, jobs, lane = 'maria') =>
      rig.inbox.record([{ key, kind: 'wish', lane, body: JSON.stringify(jobs.map((job) => ({ lane, ...job }))) }]),
    idle: () => until(async () => (await busyLanes(db, clock.now)) === 0),
    async after(seconds) {
      clock.now += seconds * 1000
      rig.worker.wake()
      await rig.idle()
    },
    async crash() {
      // It takes nothing new, and whatever its calls may still bring it finds its leases gone.
      gone.push(rig.worker.stop())
      await endAllLeases(db)
      rig.worker = start()
    },
    state: async (name) => (await effectNamed(db, name)).state,
    async close() {
      await Promise.all([...gone, rig.worker.stop()])
      await db.destroy()
    },
  }
  return rig
}

const LONGEST_MS = 35_000
/** Whoever looks all the time keeps the database from what is waited for. */
const LOOK_EVERY_MS = 2

/** Looks until it is so. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + LONGEST_MS
  while (performance.now() < end) {
    if (await condition()) return
    await wait(LOOK_EVERY_MS)
  }
  throw new Error('It did not come to pass')
}

export async function effectNamed(db: Db, name: string) {
  const rows = await db.selectFrom('effects').selectAll().execute()
  const row = rows.find(({ body }) => JSON.parse(body).name === name)
  if (!row) throw new Error(`No effect ${name}`)
  return row
}

async function busyLanes(db: Db, now: number): Promise<number> {
  const rows = await db.selectFrom('lanes').select(['due_at', 'lease_until']).execute()
  return rows.filter((lane) => lane.lease_until !== null || lane.due_at <= now).length
}

function losing(commit: Commit, script: Script): Commit {
  let commits = 0
  return async (work, o) => {
    const done = await commit(work, o)
    if (script.lostCommits.includes(++commits)) throw new ConnectionLost({ code: 'ECONNRESET' })
    return done
  }
}

type Vendor = Pick<Rig, 'arrived' | 'calls' | 'told' | 'dead' | 'clock' | 'script'>

function scriptedWork(vendor: Vendor): Work {
  return {
    about: async (_tx, lane) => lane,
    effects: {
      text: {
        ...flow(vendor, false),
        resends: 1,
        unknown: async (_tx, e) => void vendor.told.push(`unknown ${of(e).name}`),
      },
      part: flow(vendor, false),
      tag: flow(vendor, true),
    },
    dead: async (_tx, { id, kind, error }) => void vendor.dead.push(`${kind} ${id}: ${error}`),
    rateOf: () => ({ everyMs: 0 }),
    async decide(tx: Tx, fact: Fact): Promise<Decision> {
      if (vendor.script.waiting.has(fact.key)) return { waitMs: 500 }
      const jobs: Job[] = JSON.parse(fact.body)
      for (const job of jobs) {
        await addEffects(tx, [{ kind: job.kind ?? 'text', lane: job.lane ?? fact.lane, body: job }], vendor.clock.now)
      }
      return 'done'
    },
  }
}

function flow(vendor: Vendor, repeatable: boolean): EffectFlow {
  return {
    vendor: 'twilio',
    resends: Number.POSITIVE_INFINITY,
    async plan(_tx, effect): Promise<Plan> {
      if (of(effect).bug === 'plan') throw new Error('a bug in plan')
      return { step: 'call', request: { name: of(effect).name } }
    },
    steps: { call: step(vendor, repeatable) },
    async gaveUp(_tx, effect) {
      vendor.told.push(`gave up ${of(effect).name}`)
      return vendor.script.refusal === 'done' ? 'done' : 'dead'
    },
  }
}

function step(vendor: Vendor, repeatable: boolean): Step<{ name: string }, object> {
  const { arrived, calls, told, clock, script } = vendor
  return {
    repeatable,
    async send({ name }) {
      calls.push({ what: name, at: clock.now - START })
      const ending = await (script.calls[name]?.shift() ?? 'accepted')
      if (ending === 'accepted' || ending === 'swallowed') arrived.push(name)
      if (ending === 'lost' || ending === 'swallowed') clock.now += script.timeoutMs
      if (ending !== 'accepted') throw failure(ending)
      return {}
    },
    async accepted(_tx, effect) {
      const { name, bug, calls: needed = 1 } = of(effect)
      if (bug === 'accepted') throw new Error('a bug in accepted')
      told.push(`accepted ${name}`)
      return told.filter((line) => line === `accepted ${name}`).length < needed ? 'next' : 'done'
    },
    async mend(_tx, effect) {
      if (script.refusal === 'next') told.push(`mended ${of(effect).name}`)
      return script.refusal === 'next'
    },
    async lookup({ name }) {
      calls.push({ what: `look: ${name}`, at: clock.now - START })
      if (script.lookups[name]?.shift() === 'busy') {
        clock.now += script.timeoutMs
        throw failure('busy')
      }
      return arrived.includes(name) ? {} : null
    },
  }
}

function of(effect: Effect): Job {
  return JSON.parse(effect.body)
}

function failure(ending: Ending): VendorError {
  const certain = ending !== 'lost' && ending !== 'swallowed'
  const init: VendorErrorInit = { vendor: 'twilio', code: ending, permanent: ending === 'refused', certain }
  if (ending === 'unauthorized') return new VendorError('Unauthorized.', { ...init, status: 401 })
  if (ending === 'away') return new VendorError('Nobody is there.', { ...init, code: 'ECONNREFUSED' })
  if (ending === 'busy') return new VendorError('It is busy.', { ...init, status: 503 })
  if (ending === 'limited') return new VendorError('Slow down.', { ...init, status: 429, retryAfter: 7000 })
  return new VendorError(`It was ${ending}.`, init)
}

import type { Commit } from '../store/commit.ts'
import type { Tx } from '../store/database.ts'
import { forgotten, forgottenAs } from '../store/erased.ts'
import type { Trace } from '../trace.ts'
import { wakeLanes } from './lanes.ts'

export interface NewFact {
  /** Never seen twice: a second fact with the same key is dropped, however much later it comes. */
  key: string
  kind: string
  lane: string
  /** JSON */
  body: string
  /** Begun by whoever brings it; absent: its decision begins one. */
  trace?: Trace
}

export interface Inbox {
  /** Resolves once the facts are on disk; rejects if they could not be stored. */
  record(facts: NewFact[]): Promise<void>
}

/** SQLite takes 32,766 values in one statement, PostgreSQL 65,535; reconciliation may bring thousands of facts at once. */
const FACTS_PER_STATEMENT = 1000

/** Nobody's answer is held up longer for the sake of others. */
const MOST_MS = 5
/** From accepting a connection to having read its request. */
const QUIET_TURNS = 3

interface Waiting {
  facts: NewFact[]
  resolve: () => void
  reject: (error: unknown) => void
}

/** All facts that have come by the time the disk is ready for them are one unit of work, and it goes ahead of any other. */
export function createInbox(o: { commit: Commit; now: () => number; wake: () => void }): Inbox {
  const waiting: Waiting[] = []

  async function write(): Promise<void> {
    const batch: Waiting[] = []
    await nothingNew(() => waiting.length)
    try {
      await o.commit(
        (tx) => {
          // It may be run once more.
          batch.push(...waiting.splice(0))
          const facts = batch.flatMap((w) => w.facts)
          return store(tx, facts, o.now())
        },
        { ahead: true, about: 'queue' },
      )
      for (const w of batch) w.resolve()
      o.wake()
    } catch (error) {
      // Where no transaction came about, nobody has taken them out.
      if (batch.length === 0) batch.push(...waiting.splice(0))
      for (const w of batch) w.reject(error)
    }
  }

  return {
    record: (facts) =>
      new Promise((resolve, reject) => {
        if (facts.length === 0) return resolve()
        waiting.push({ facts, resolve, reject })
        if (waiting.length === 1) void write()
      }),
  }
}

/**
 * One commit can serve all requests that come close together. Node accepts one connection per turn of the event loop, so a
 * crowd comes in over many turns, and each is spared a commit of its own.
 */
async function nothingNew(count: () => number): Promise<void> {
  const until = performance.now() + MOST_MS
  for (let seen = 0, quiet = 0; quiet < QUIET_TURNS && performance.now() < until; ) {
    quiet = seen === count() ? quiet + 1 : 0
    seen = count()
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** What was erased is not brought back by a webhook that comes again, or by a look at what was missed. */
async function notForgotten(tx: Tx, facts: NewFact[]): Promise<NewFact[]> {
  const gone = await forgotten(
    tx,
    facts.map(({ key }) => forgottenAs(key)),
  )
  return gone.size === 0 ? facts : facts.filter(({ key }) => !gone.has(forgottenAs(key)))
}

/** The lanes come first: they are held until the commit, so that the facts of a lane are numbered as they become visible. */
async function store(tx: Tx, told: NewFact[], now: number): Promise<void> {
  const facts = await notForgotten(tx, told)
  await wakeLanes(
    tx,
    facts.map((fact) => fact.lane),
    now,
  )
  for (let from = 0; from < facts.length; from += FACTS_PER_STATEMENT) {
    await tx
      .insertInto('facts')
      .values(
        facts
          .slice(from, from + FACTS_PER_STATEMENT)
          .map((fact) => ({ ...fact, state: 'ready' as const, received_at: now })),
      )
      .onConflict((c) => c.column('key').doNothing())
      .execute()
  }
}

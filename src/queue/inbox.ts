import type { Db } from '../store/database.ts'
import { wakeLanes } from './lanes.ts'

export interface NewFact {
  /** Never seen twice: a second fact with the same key is dropped, however much later it comes. */
  key: string
  kind: string
  lane: string
  /** JSON */
  body: string
}

export interface Inbox {
  /** Resolves once the facts are on disk; rejects if they could not be stored. */
  record(facts: NewFact[]): Promise<void>
}

/** SQLite takes 32,766 values in one statement, PostgreSQL 65,535; reconciliation may bring thousands of facts at once. */
const FACTS_PER_STATEMENT = 1000

interface Waiting {
  facts: NewFact[]
  resolve: () => void
  reject: (error: unknown) => void
}

/**
 * Facts that arrive within one turn of the event loop share one commit: a commit waits for the disk, and one wait serves
 * them all.
 */
export function createInbox(o: { db: Db; now: () => number; wake: () => void }): Inbox {
  let waiting: Waiting[] = []
  let writing = false

  async function write(): Promise<void> {
    const batch = waiting
    waiting = []
    try {
      await store(
        o.db,
        batch.flatMap((w) => w.facts),
        o.now(),
      )
      for (const w of batch) w.resolve()
      o.wake()
    } catch (error) {
      for (const w of batch) w.reject(error)
    }
    if (waiting.length > 0) setImmediate(write)
    else writing = false
  }

  return {
    record: (facts) =>
      new Promise((resolve, reject) => {
        waiting.push({ facts, resolve, reject })
        if (writing) return
        writing = true
        setImmediate(write)
      }),
  }
}

async function store(db: Db, facts: NewFact[], now: number): Promise<void> {
  if (facts.length === 0) return
  await db.transaction().execute(async (tx) => {
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
    await wakeLanes(
      tx,
      facts.map((fact) => fact.lane),
      now,
    )
  })
}

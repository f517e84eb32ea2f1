import { setTimeout as wait } from 'node:timers/promises'
import type { Commit, UnitOptions } from './commit.ts'
import type { Tx } from './database.ts'
import { lockAll, lockCustomer } from './locks.ts'
import type { PostgresDb } from './postgres.ts'
import { gaveWay } from './postgres-failure.ts'

/** Of the connections of an instance so many do units of work, and so many take in what somebody waits for outside. */
const UNITS_AT_ONCE = 6
const AHEAD_AT_ONCE = 3

/** Each time with a longer pause, so that the other one is through. */
const TRIES = 5
const PAUSE_MS = 20

/**
 * Each unit in a transaction of its own, several at once: PostgreSQL shares the waits for the disk among them. Those that
 * go ahead have connections of their own, so that they never wait for work in hand.
 */
export function createPostgresCommit(db: PostgresDb): Commit {
  const inTurn = { ahead: atMost(AHEAD_AT_ONCE), other: atMost(UNITS_AT_ONCE) }
  return (work, o = {}) =>
    (o.ahead ? inTurn.ahead : inTurn.other)(() =>
      givingWay(() =>
        db.units.transaction().execute(async (tx) => {
          await lock(tx, o)
          return work(tx)
        }),
      ),
    )
}

async function lock(tx: Tx, { about }: UnitOptions): Promise<void> {
  if (about === 'queue') return
  const customer = (await about?.(tx)) ?? null
  if (customer === null) await lockAll(tx)
  else await lockCustomer(tx, customer)
}

async function givingWay<T>(run: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await run()
    } catch (error) {
      if (!gaveWay(error) || tries === TRIES) throw error
      await wait(Math.random() * PAUSE_MS * tries)
    }
  }
}

/** Runs so many of its tasks at a time, in the order they came. */
function atMost(most: number): <T>(task: () => Promise<T>) => Promise<T> {
  let running = 0
  const waiting: (() => void)[] = []
  return async (task) => {
    if (running < most) running++
    else await new Promise<void>((go) => waiting.push(go))
    try {
      return await task()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
}

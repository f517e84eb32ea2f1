import { setTimeout as wait } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { type Case, onStage } from '../case.ts'
import { get, settled } from '../oracle.ts'
import type { Stage } from '../stage.ts'
import { text } from '../traffic.ts'

const CONNECTIONS = 50
/** Intercom takes as much as it usually does, and what is slow is not taken for lost. */
const USUAL = {
  limits: { intercomPerMinute: 9000 },
  reconcile: { everyMinutes: 10 },
}

export interface Limits {
  /** Until the last text of the burst is acknowledged: Twilio waits 15 s, its retry included. */
  allMs: number
  /** For 99 of 100 acknowledgements: what is slower than 500 ms, Intercom takes off its fast lane. */
  p99Ms: number
  /** For the event loop to stand still. SQLite's own wait for a lock would be 5 s. */
  stopMs: number
}

export interface Pressure {
  customers: number
  each: number
  lockedSeconds: number
  limits: Limits
}

/** Cases that are about time. */
export function pressure(o: Pressure): Case[] {
  const { customers, each, lockedSeconds, limits } = o
  return [
    {
      name: `${customers} customers text ${each} times at once`,
      run: () => onStage(USUAL, (stage) => burst(stage, o)),
    },
    {
      name: `another process keeps the database locked for ${lockedSeconds} s`,
      run: () => onStage({}, (stage) => locked(stage, lockedSeconds, limits)),
    },
  ]
}

async function burst(stage: Stage, { customers, each, limits }: Pressure): Promise<number> {
  const from = performance.now()
  const times: number[] = []
  for (let round = 0; round < each; round++) {
    const waiting = Array.from({ length: customers }, (_, n) => n)
    const connection = async () => {
      for (let n = waiting.shift(); n !== undefined; n = waiting.shift()) {
        const sentAt = performance.now()
        const { status } = await text(stage, n, `canary ${n}.${round}`)
        if (status !== 200) throw new Error(`a text was answered ${status}`)
        times.push(performance.now() - sentAt)
      }
    }
    await Promise.all(Array.from({ length: CONNECTIONS }, connection))
  }
  const took = performance.now() - from
  const p99 = times.sort((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? 0
  if (took > limits.allMs) throw new Error(`all were acknowledged only after ${Math.round(took)} ms`)
  if (p99 > limits.p99Ms) throw new Error(`99 of 100 were acknowledged only within ${Math.round(p99)} ms`)
  return times.length
}

/** Measured from outside: how long a request that needs no database takes. */
async function locked(stage: Stage, seconds: number, limits: Limits): Promise<number> {
  await text(stage, 0, 'canary hello')
  await settled(stage)
  const other = new Database(stage.databaseFile)
  other.exec('begin immediate')
  const end = performance.now() + seconds * 1000
  const refused = texting(stage, end)
  let longest = 0
  while (performance.now() < end) {
    const from = performance.now()
    await get(stage, '/healthz')
    longest = Math.max(longest, performance.now() - from)
    await wait(10)
  }
  other.exec('rollback')
  other.close()
  if (longest > limits.stopMs) throw new Error(`the event loop stopped for ${Math.round(longest)} ms`)
  return refused
}

/** Resolves with how many texts were refused; while the database is locked, that must be all of them. */
async function texting(stage: Stage, end: number): Promise<number> {
  let refused = 0
  while (performance.now() < end - 1000) {
    const { status } = await text(stage, 0, `canary ${refused}`)
    if (status !== 503) throw new Error(`a text was answered ${status}`)
    refused++
    await wait(100)
  }
  return refused
}

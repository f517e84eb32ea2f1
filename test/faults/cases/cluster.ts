import { setTimeout as wait } from 'node:timers/promises'
import { noPostgres, type PostgresServer, startPostgres } from '../../support/postgres.ts'
import type { BridgeProcess } from '../bridge-process.ts'
import { type Case, type Outcome, onStage } from '../case.ts'
import { settled, unstored } from '../oracle.ts'
import { type Random, randomFor } from '../random.ts'
import type { Stage } from '../stage.ts'
import { converse, forge, text } from '../traffic.ts'
import { until } from '../until.ts'
import { openWire, type Wire } from '../wire.ts'

const LEASE_SECONDS = 5

interface Cluster {
  stage: Stage
  server: PostgresServer
  wire: Wire
  random: Random
}

/** How much of each; 0 leaves it out. */
export interface ClusterOptions {
  kills: number
  restarts: number
  cutSeconds: number
  freezes: number
  /** Until a dead one's lanes are others'. Promised: the lease and 10 s. */
  takeOverMs: number
}

/** Several bridges on one PostgreSQL database, and what may happen to them, to it, and to the way between. */
export function cluster(instances: number, o: ClusterOptions): Case[] {
  const many = `${instances} bridges on PostgreSQL`
  const cases: [number, string, (c: Cluster) => Promise<number>][] = [
    [o.kills, `one killed at random, ${o.kills} times under load`, (c) => killAtRandom(c, o.kills)],
    [1, 'one killed for good: its customers are taken over', (c) => takeOver(c, o.takeOverMs)],
    [o.cutSeconds, `connections cut at COMMIT, for ${o.cutSeconds} s`, (c) => cutCommits(c, o.cutSeconds)],
    [o.restarts, `the server crashes ${o.restarts} times`, (c) => crashServer(c, o.restarts)],
    [o.freezes, `one frozen for longer than its lease, ${o.freezes} times`, (c) => freeze(c, o.freezes)],
  ]
  const wanted = cases.filter(([times]) => times > 0)
  return wanted.map(([, name, happen]) => ({
    name: `${many}: ${name}`,
    missing: noPostgres,
    run: () => onCluster(instances, name, happen),
  }))
}

async function onCluster(instances: number, name: string, happen: (c: Cluster) => Promise<number>): Promise<Outcome> {
  const server = await startPostgres()
  const url = await server.newDatabase()
  const random = randomFor(`${instances} ${name}`)
  const wire = await openWire(url, random)
  const shared = {
    instances,
    url: wire.url,
    rows: <T>(sql: string, values: unknown[]) => server.rows<T>(url, sql, values),
  }
  try {
    return await onStage({ shared, timing: { leaseSeconds: LEASE_SECONDS } }, (stage) =>
      happen({ stage, server, wire, random }),
    )
  } finally {
    await wire.close()
    await server.stop()
  }
}

async function underLoad(
  { stage, random }: Cluster,
  times: number,
  happen: (n: number) => Promise<void>,
): Promise<number> {
  let done = 0
  const traffic = converse(stage, random, { customers: 12, pauseMs: 1500, over: () => done >= times })
  for (; done < times; done++) await happen(done)
  await traffic
  return times
}

function killAtRandom(c: Cluster, times: number): Promise<number> {
  return underLoad(c, times, async () => {
    await wait(c.random.between(200, 1200))
    await forge(c.stage)
    await killOne(c.stage, c.random.pick(c.stage.crew))
    await wait(c.random.between(0, 1000))
    await c.stage.start()
  })
}

async function killOne(stage: Stage, one: BridgeProcess): Promise<void> {
  await one.kill()
  const lost = await unstored(stage)
  if (lost.length > 0) throw new Error(`acknowledged, but not stored: ${lost.join(', ')}`)
}

/** In the middle of calls for many customers. What it leaves behind is done by the others, in the time that is promised. */
async function takeOver({ stage, random }: Cluster, limitMs: number): Promise<number> {
  stage.intercom.faults.add({ times: 40, act: true, answer: 'real', delayMs: 150 })
  await Promise.all(Array.from({ length: 60 }, (_, n) => text(stage, n, `canary ${n}`)))
  await until('somebody has something in hand', async () => (await leases(stage)).length > 0)
  await killOne(stage, random.pick(stage.crew))
  const held = await leases(stage)
  const from = performance.now()
  await until('its lanes are taken over', async () => {
    const now = await leases(stage)
    return !held.some((lease) => now.includes(lease))
  })
  const took = performance.now() - from
  if (took > limitMs) throw new Error(`taken over only after ${Math.round(took)} ms`)
  await settled(stage)
  await stage.start()
  return 1
}

/** One that is alive renews its own, so that they change. */
async function leases(stage: Stage): Promise<string[]> {
  const held = 'select key, lease_until from lanes where lease_owner is not null'
  const rows = await stage.rows<{ key: string; lease_until: string }>(held)
  return rows.map(({ key, lease_until }) => `${key} ${lease_until}`)
}

async function cutCommits({ stage, wire, random }: Cluster, seconds: number): Promise<number> {
  const end = performance.now() + seconds * 1000
  wire.cutting = 5
  await converse(stage, random, { customers: 12, pauseMs: 1500, over: () => performance.now() > end && wire.cut() > 0 })
  wire.cutting = 0
  return wire.cut()
}

function crashServer(c: Cluster, times: number): Promise<number> {
  return underLoad(c, times, async () => {
    await wait(c.random.between(1000, 3000))
    await c.server.restart()
  })
}

/** Its host stops and goes on, as a virtual machine that is moved does: it does not know that its lanes are others'. */
function freeze(c: Cluster, times: number): Promise<number> {
  return underLoad(c, times, async () => {
    await wait(c.random.between(500, 1500))
    const { pid } = c.random.pick(c.stage.crew)
    if (pid === null) throw new Error('it does not run')
    process.kill(pid, 'SIGSTOP')
    await wait((LEASE_SECONDS + 2) * 1000)
    process.kill(pid, 'SIGCONT')
  })
}

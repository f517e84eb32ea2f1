import { expect, test } from '@jest/globals'
import Database from 'better-sqlite3'
import { deadEffect, messages } from '../console/seed.ts'
import { CONSOLE_TOKEN } from '../support/api.ts'
import { gaugeOf } from '../support/metrics.ts'
import { conversation, maria, untilReadiness, untilSo, untilWords } from '../support/stories.ts'
import { type World, worlds } from '../support/world.ts'

const start = worlds()
const open = { yaml: 'reconcile: { onStart: false }', config: () => ({ consoleToken: CONSOLE_TOKEN }) }
const MINUTE = 60_000

const waits = (world: World, lane: string) => gaugeOf(world, `bridge_oldest_wait_seconds{lane="${lane}"}`)

test('while Intercom is away, the metrics say how long the oldest text waits and until when the door is shut', async () => {
  const world = await start(open)
  const opened = await conversation(world, 'one')
  expect(await waits(world, 'inbox')).toBe(0)
  world.intercom.down = true
  await maria(world, 'two')
  world.pass(10 * MINUTE)
  expect(await waits(world, 'inbox')).toBeGreaterThanOrEqual(600)
  expect(await waits(world, 'phone')).toBe(0)
  const now = world.now() / 1000
  const shut = async () => (await gaugeOf(world, 'bridge_door_shut_until_timestamp_seconds{vendor="intercom"}')) ?? 0
  await untilSo(async () => (await shut()) > now)
  world.intercom.down = false
  await untilWords(world, opened, ['one', 'two'])
  await untilSo(async () => (await waits(world, 'inbox')) === 0)
})

test('a text that waits for its time is not late', async () => {
  const world = await start(open)
  await conversation(world)
  await fetch(`${world.twilio.connectUrl}/api/v1/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${CONSOLE_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      to: '+12025550123',
      body: 'Later',
      sendAt: new Date(world.now() + 60 * MINUTE).toISOString(),
    }),
  })
  world.pass(30 * MINUTE)
  expect([await gaugeOf(world, 'bridge_lanes'), await waits(world, 'phone')]).toEqual([1, 0])
})

test('what the bridge gave up on, and texts of which nobody knows, are counted until somebody looks', async () => {
  const world = await start(open)
  await messages(world, [
    { at: world.now(), status: 'unknown' },
    { at: world.now(), status: 'failed' },
  ])
  await deadEffect(world, world.now())
  await deadEffect(world, world.now())
  expect([await gaugeOf(world, 'bridge_unknown_texts'), await gaugeOf(world, 'bridge_dead_jobs')]).toEqual([1, 2])
})

test('a database that takes no writes shows, and what it cannot be asked is no number', async () => {
  const world = await start(open)
  await conversation(world)
  expect(await gaugeOf(world, 'bridge_storage_trouble')).toBe(0)
  const other = new Database(world.config.databaseUrl.replace('sqlite:', ''))
  other.exec('begin exclusive')
  await maria(world, 'two')
  await untilReadiness(world, 503)
  expect(await gaugeOf(world, 'bridge_storage_trouble')).toBe(1)
  expect(await gaugeOf(world, 'bridge_not_stored_total')).toBe(1)
  other.exec('rollback')
  other.close()
  await untilReadiness(world, 200)
  expect(await gaugeOf(world, 'bridge_storage_trouble')).toBe(0)
})

test('a look for what a lost call left behind is counted with its own time, not with the wait before it', async () => {
  const world = await start({ ...open, yaml: `${open.yaml}\ntiming: { settleSeconds: 60 }` })
  const opened = await conversation(world)
  world.twilio.callbacks = 'held'
  world.twilio.faults.add({ method: 'POST', path: /Messages/, act: true, answer: 'reset' })
  world.intercom.agent.reply(opened.id, 'It ships today.')
  const calls = (outcome: string, what: string) =>
    gaugeOf(world, `bridge_attempt_seconds_${what}{kind="sms.send",outcome="${outcome}"}`)
  await untilSo(async () => (await calls('uncertain', 'count')) === 1)
  world.pass(11_000)
  await untilSo(async () => (await calls('accepted', 'count')) === 1)
  expect(await calls('accepted', 'sum')).toBeLessThan(10)
})

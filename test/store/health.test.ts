import { monitorEventLoopDelay } from 'node:perf_hooks'
import { expect, test } from '@jest/globals'
import { conversation, factsStored, maria, untilReadiness, untilWords } from '../support/stories.ts'
import { type World, worlds } from '../support/world.ts'
import { child } from './child.ts'
import { damage } from './damage.ts'

const start = worlds()

const fileOf = ({ config }: World) => config.databaseUrl.replace('sqlite:', '')
const readiness = async ({ twilio }: World) => {
  const answer = await fetch(`${twilio.connectUrl}/readyz`)
  return JSON.stringify(await answer.json())
}

test('while another process keeps the database locked, texts are refused and nobody else waits; afterwards they are taken', async () => {
  const world = await start({ yaml: 'reconcile: { onStart: false }' })
  const opened = await conversation(world, 'one')
  const locker = await child(fileOf(world), "new Database(file).exec('begin immediate'); ready()")
  const loop = monitorEventLoopDelay({ resolution: 5 })
  loop.enable()
  const texts = ['two', 'three', 'four', 'five'].map((body) => maria(world, body))
  const answers = await Promise.all(texts)
  expect((await fetch(`${world.twilio.connectUrl}/healthz`)).status).toBe(200)
  expect(await readiness(world)).toContain('Another process keeps the database locked')
  loop.disable()
  expect(answers.map(({ status }) => status)).toEqual([503, 503, 503, 503])
  expect(loop.max / 1e6).toBeLessThan(500)

  await locker.kill()
  for (const { sid } of answers) expect((await world.twilio.deliver(sid)).status).toBe(200)
  await untilReadiness(world, 200)
  await untilWords(world, opened, ['one', 'two', 'three', 'four', 'five'])
})

test('a bridge that finds its database damaged takes nothing more, since it might be lost, and says what to do', async () => {
  const world = await start({ yaml: 'reconcile: { onStart: false }' })
  await conversation(world, 'one')
  await world.restart(async () => damage(fileOf(world), 'attempts'))
  await untilReadiness(world, 503)
  const before = factsStored(world)
  expect((await maria(world, 'two')).status).toBe(503)
  expect(factsStored(world)).toBe(before)
  expect(await readiness(world)).toContain('The database is damaged: nothing new is taken. Restore a backup')
})

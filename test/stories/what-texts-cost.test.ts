import { expect, test } from '@jest/globals'
import { api, CONSOLE_TOKEN } from '../support/api.ts'
import { readable } from '../support/sidebar.ts'
import { conversation, sam, untilNotes, untilStatus } from '../support/stories.ts'
import { MARIA, type World, worlds } from '../support/world.ts'

const begin = worlds()
const start = (yaml = '') => begin({ yaml, config: () => ({ consoleToken: CONSOLE_TOKEN }) })

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** Two segments. */
const LONG = 'x'.repeat(200)
const BILLED = { price: '-0.01580', priceUnit: 'USD', segments: 2 }

/** Maria and Sam have talked. Resolves with the id of the conversation. */
async function talk(world: World): Promise<string> {
  const opened = await conversation(world, 'Hello?')
  await sam(world, opened, LONG)
  await untilStatus(world, LONG, 'delivered')
  return opened.id
}

const look = (world: World) => api(world, 'POST', '/api/v1/reconcile')
const asked = ({ twilio }: World) => twilio.requests.filter(({ path }) => /Messages\/SM\w+\.json$/.test(path)).length
async function message(world: World, direction: string) {
  const { body } = await api(world, 'GET', `/api/v1/messages?direction=${direction}`)
  return (body.data as Record<string, unknown>[])[0]
}

test('what Twilio took for each text is shown as soon as Twilio knows, both ways', async () => {
  const world = await start()
  await talk(world)
  await look(world)
  expect(await message(world, 'outbound')).toMatchObject({ price: null, priceUnit: null, segments: 2 })
  world.pass(5 * MINUTE)
  await look(world)
  expect(await message(world, 'outbound')).toMatchObject(BILLED)
  expect(await message(world, 'inbound')).toMatchObject({ price: '-0.00790', priceUnit: 'USD', segments: 1 })
  expect(asked(world)).toBe(0)
})

test('a text whose price is late is asked about by itself, less and less often, until it is known', async () => {
  const world = await start('reconcile: { onStart: false, overlapMinutes: 0 }')
  world.twilio.priceLagMs = 10 * HOUR
  await talk(world)
  for (let hour = 0; hour < 17; hour++) {
    world.pass(HOUR)
    await look(world)
  }
  expect(await message(world, 'outbound')).toMatchObject(BILLED)
  const calls = asked(world)
  expect(calls).toBeGreaterThan(2)
  expect(calls).toBeLessThan(17)
  world.pass(DAY)
  await look(world)
  expect(asked(world)).toBe(calls)
})

test('a text that Twilio has forgotten, or never prices, is not asked about for ever', async () => {
  const world = await start('reconcile: { onStart: false, overlapMinutes: 0 }')
  world.twilio.priceLagMs = 1000 * DAY
  await talk(world)
  for (let day = 0; day < 10; day++) {
    world.pass(DAY)
    await look(world)
  }
  const calls = asked(world)
  world.pass(10 * DAY)
  await look(world)
  expect([asked(world), calls > 0]).toEqual([calls, true])
})

test('a Twilio that does not answer about a price keeps nothing else from being found', async () => {
  const world = await start('reconcile: { onStart: false, overlapMinutes: 0 }')
  world.twilio.priceLagMs = 10 * HOUR
  await talk(world)
  world.pass(2 * HOUR)
  await look(world)
  world.pass(3 * HOUR)
  const fault = world.twilio.faults.add({
    path: /Messages\/SM/,
    act: false,
    answer: { status: 503 },
    times: Number.POSITIVE_INFINITY,
  })
  await world.twilio.text({ from: MARIA, to: '+12025550199', body: 'Still there?', webhook: false })
  expect((await look(world)).body).toMatchObject({ texts: 1 })
  expect(fault.fired).toBe(1)
})

test('a thread shows what it has cost in all, and each of its conversations', async () => {
  const world = await start('threads: { reopenWithinDays: 0 }')
  const first = await talk(world)
  world.intercom.agent.close(first)
  await world.intercom.delivered()
  world.pass(5 * MINUTE)
  const { id: second } = await conversation(world, 'Me again')
  world.pass(5 * MINUTE)
  await look(world)
  const { body } = await api(world, 'GET', '/api/v1/threads/1')
  expect(body).toMatchObject({
    segments: 4,
    price: '-0.03160',
    priceUnit: 'USD',
    conversations: [
      { id: first, segments: 3, price: '-0.02370', priceUnit: 'USD' },
      { id: second, segments: 1, price: '-0.00790', priceUnit: 'USD' },
    ],
  })
})

test('a text that was sent twice has cost twice', async () => {
  const world = await start('timing: { retryBaseSeconds: 0.05 }')
  const opened = await conversation(world)
  for (const code of [30003, 30003]) world.twilio.failNext({ to: MARIA, at: 'callback', code })
  world.intercom.agent.reply(opened.id, LONG)
  await untilStatus(world, LONG, 'undelivered')
  world.pass(5 * MINUTE)
  await untilNotes(world, opened)
  world.pass(5 * MINUTE)
  await look(world)
  expect(await message(world, 'outbound')).toMatchObject({ price: '-0.03160', segments: 2 })
})

test('Sam checks a text in the sidebar, and reads what it will cost once Twilio has billed one from this number', async () => {
  const world = await start()
  const id = await talk(world)
  const check = async () => {
    const shown = await world.intercom.openSidebar(id)
    return readable(await shown.press('Check length and cost', { body: LONG }))
  }
  expect(await check()).toContain('200 characters, 2 segments (GSM-7); the cost is not known yet.')
  world.pass(5 * MINUTE)
  await look(world)
  const known = 'about 0.0158 as texts from this number have cost'
  expect(await check()).toContain(`200 characters, 2 segments (GSM-7); ${known}.`)
})

import { expect, test } from '@jest/globals'
import { wallClock } from '../../src/clock.ts'
import { openBeside } from '../../src/store/database.ts'
import { api, CONSOLE_TOKEN, send } from '../support/api.ts'
import { exported, filesOf, list, reconcile, talked, untilIdle } from '../support/privacy.ts'
import { conversation, DAY, maria, sam, texted, untilNotes, untilSo, untilStatus, wordsOf } from '../support/stories.ts'
import { MARIA, type World, worlds } from '../support/world.ts'

const begin = worlds()
const start = (retention: string) =>
  begin({
    config: () => ({ consoleToken: CONSOLE_TOKEN }),
    yaml: `reconcile: { onStart: false }\nretention: ${retention}`,
  })
const JOHN = '+12025550145'

/** Time goes by, and the bridge has looked for what is old: it does so soon after a start, then daily. */
async function later(world: World, days: number): Promise<void> {
  let before = 0
  await world.restart(async () => {
    world.pass(days * DAY)
    before = looks(world)
  })
  await untilSo(async () => looks(world) > before)
}

const looks = ({ log }: World) => log.filter((line) => line.includes('older than retention.days')).length

test('what is older than retention.days goes: messages, threads, contacts, and all that was recorded of them', async () => {
  const world = await start('{ days: 30 }')
  await talked(world)
  await later(world, 31)
  expect(await list(world, 'messages')).toEqual([])
  expect(await list(world, 'threads')).toEqual([])
  expect((await exported(world)).status).toBe(404)
  await untilSo(async () => !filesOf(world).includes(MARIA))
  for (const words of ['violet umbrella', '42 tram']) expect(filesOf(world)).not.toContain(words)
})

test('what is younger stays, and the conversation goes on', async () => {
  const world = await start('{ days: 30 }')
  const opened = await talked(world)
  await later(world, 29)
  await maria(world, 'And my hat?')
  await world.intercom.until(() => wordsOf(opened).includes('And my hat?'))
  await untilIdle(world)
  await later(world, 2)
  expect((await list(world, 'messages')).map(({ body }) => body)).toEqual(['And my hat?'])
  await sam(world, opened, 'It is on the shelf')
  expect(world.intercom.conversations).toHaveLength(1)
})

test('the register of opt-outs and the audit stay', async () => {
  const world = await start('{ days: 30 }')
  await conversation(world)
  await api(world, 'POST', '/api/v1/opt-outs', { body: { phone: MARIA, reason: 'by phone' } })
  await untilIdle(world)
  await later(world, 400)
  expect(await list(world, 'messages')).toEqual([])
  expect(await list(world, 'opt-outs')).toMatchObject([{ phone: MARIA, reason: 'by phone' }])
  expect(await auditOf(world)).toEqual(['opt_out.added'])
})

async function auditOf(world: World): Promise<string[]> {
  const db = await openBeside(world.config.databaseUrl)
  const rows = await db.selectFrom('audit').select('action').execute()
  await db.destroy()
  return rows.map(({ action }) => action)
}

test('what is gone is not taken for new when it is told again', async () => {
  const world = await start('{ days: 30 }')
  const opened = await talked(world)
  const before = { texts: texted(world), words: wordsOf(opened) }
  await later(world, 31)
  for (const { sid } of world.twilio.messages) await world.twilio.deliver(sid)
  for (const id of new Set(world.intercom.deliveries.map((delivery) => delivery.id))) await world.intercom.redeliver(id)
  const since = new Date(0).toISOString()
  const found = (await api(world, 'POST', '/api/v1/reconcile', { body: { since } })).body
  await conversation(world, 'Hi, John here', { from: JOHN })
  await untilIdle(world)
  expect([found, texted(world), wordsOf(opened)]).toEqual([
    { texts: 0, statuses: 0, replies: 0 },
    before.texts,
    before.words,
  ])
})

test('a text that waits for its time is kept until it is sent', async () => {
  const world = await start('{ days: 1 }')
  const sendAt = new Date(wallClock() + 30 * DAY).toISOString()
  await send(world, { to: MARIA, body: 'Your appointment is tomorrow', sendAt })
  await later(world, 20)
  expect(await list(world, 'messages')).toMatchObject([{ status: 'scheduled' }])
  world.pass(11 * DAY)
  await untilStatus(world, 'Your appointment is tomorrow', 'delivered')
})

test('with redactAtTwilio what is old is redacted at Twilio as well', async () => {
  const world = await start('{ days: 30, redactAtTwilio: true }')
  await talked(world)
  await later(world, 31)
  await world.twilio.until(() => world.twilio.messages.every(({ body }) => body === ''))
})

test('whoever replies in a conversation that is too old to be known is told that it is not texted', async () => {
  const world = await start('{ days: 30 }')
  const opened = await talked(world)
  await later(world, 31)
  world.intercom.agent.reply(opened.id, 'Did you get it back?')
  expect(await untilNotes(world, opened)).toEqual([expect.stringContaining('This reply was not texted.')])
  expect(await reconcile(world)).toMatchObject({ replies: 0 })
})

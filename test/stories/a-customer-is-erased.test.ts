import { expect, test } from '@jest/globals'
import { wallClock } from '../../src/clock.ts'
import { openBeside } from '../../src/store/database.ts'
import { findPerson } from '../../src/store/erase.ts'
import { requestErasure } from '../../src/store/erasures.ts'
import { CONSOLE_TOKEN, send } from '../support/api.ts'
import { photo } from '../support/files.ts'
import { erase, exported, filesOf, list, reconcile, talked, untilErased, untilIdle } from '../support/privacy.ts'
import {
  conversation,
  hold,
  maria,
  sam,
  texted,
  untilSo,
  untilStatus,
  untilTexted,
  untilWords,
  wordsOf,
} from '../support/stories.ts'
import { MARIA, worlds } from '../support/world.ts'

const begin = worlds()
const start = (yaml = '') => begin({ config: () => ({ consoleToken: CONSOLE_TOKEN }), yaml: `${QUIET}\n${yaml}` })
const QUIET = 'reconcile: { onStart: false }'
const JOHN = '+12025550145'

test('Maria is erased: what was held is counted and gone, and from then on nothing is held about her', async () => {
  const world = await start()
  await talked(world)
  const { status, body } = await erase(world)
  expect([status, body]).toEqual([
    200,
    {
      erased: expect.objectContaining({ messages: 2, threads: 1, conversations: 1, contacts: 1, canceled: 0 }),
      pending: 0,
    },
  ])
  expect(await list(world, 'messages')).toEqual([])
  expect(await list(world, 'threads')).toEqual([])
  const nothing = { code: 'not_found', message: 'Nothing is held about this number.' }
  for (const answer of [await erase(world), await exported(world)]) {
    expect(answer).toEqual({ status: 404, body: { error: nothing } })
  }
})

test('her number and her words are nowhere in the files of the database any more', async () => {
  const world = await start()
  const { source } = await talked(world)
  const traces = [MARIA, MARIA.slice(1), '202-555-0123', '(202) 555-0123', 'violet umbrella', '42 tram']
  expect(filesOf(world)).toContain(MARIA)
  expect(filesOf(world)).toContain(source.text)
  await erase(world)
  const left = filesOf(world)
  expect(traces.filter((trace) => left.includes(trace))).toEqual([])
})

test('after that nothing brings her back: not Twilio’s webhook once more, nor a look at what was missed, nor Intercom’s notifications', async () => {
  const world = await start()
  const opened = await talked(world)
  const before = { texts: texted(world), words: wordsOf(opened) }
  await erase(world)
  for (const { sid } of world.twilio.messages) await world.twilio.deliver(sid)
  expect(await reconcile(world)).toEqual({ texts: 0, statuses: 0, replies: 0 })
  const notifications = new Set(world.intercom.deliveries.map(({ id }) => id))
  for (const id of notifications) await world.intercom.redeliver(id)
  await conversation(world, 'Hi, John here', { from: JOHN })
  await untilIdle(world)
  expect([texted(world), wordsOf(opened)]).toEqual([before.texts, before.words])
  expect(world.intercom.conversations).toHaveLength(2)
  expect((await list(world, 'messages')).map(({ customer }) => customer)).toEqual([JOHN])
  expect((await exported(world)).status).toBe(404)
})

test('what Twilio and Intercom tell of her texts only afterwards is not kept either', async () => {
  const world = await start()
  const opened = await conversation(world, 'My violet umbrella is lost')
  world.twilio.callbacks = 'held'
  world.intercom.webhooks = 'held'
  await maria(world, 'It has a violet handle')
  await untilWords(world, opened, ['My violet umbrella is lost', 'It has a violet handle'])
  await send(world, { to: MARIA, body: 'We found it on the 42 tram' })
  await untilStatus(world, 'We found it on the 42 tram', 'sent')
  await untilSo(async () => (await erase(world)).status === 404)
  await world.twilio.releaseCallbacks()
  await world.intercom.releaseWebhooks()
  await untilIdle(world)
  for (const trace of [MARIA, 'violet handle']) expect(filesOf(world)).not.toContain(trace)
})

test('her texts at Twilio are redacted when that is asked for: the words emptied, the photos deleted', async () => {
  const world = await start()
  const opened = await conversation(world, 'Look', { media: [photo()] })
  await sam(world, opened, 'Lovely')
  await untilStatus(world, 'Lovely', 'delivered')
  await untilIdle(world)
  expect((await erase(world, '?twilio=true')).body).toMatchObject({ erased: { redactedAtTwilio: 2 } })
  await world.twilio.until(() => world.twilio.messages.every(({ body, media }) => body === '' && media.length === 0))
  await untilIdle(world)
  expect(await list(world, 'jobs?state=dead')).toEqual([])
})

test('a redaction that Twilio refuses for now is tried again, and one of a text that Twilio has no more is done', async () => {
  const world = await start()
  world.twilio.callbacks = 'held'
  const opened = await conversation(world, 'Hello?')
  await sam(world, opened, 'Still on its way')
  await untilStatus(world, 'Still on its way', 'sent')
  const [early, gone] = [
    { method: 'POST', path: /Messages\/\w+\.json/ },
    { method: 'GET', path: /Media\.json/ },
  ]
  const unknown = { code: 20404, message: 'not found', more_info: '', status: 404 }
  const notYet = { code: 20009, message: 'not complete', more_info: '', status: 400 }
  world.twilio.faults.add({ ...gone, act: false, answer: { status: 404, body: unknown } })
  const refusal = world.twilio.faults.add({ ...early, act: false, answer: { status: 400, body: notYet }, times: 2 })
  await erase(world, '?twilio=true')
  await world.twilio.until(() => refusal.fired === 2 && world.twilio.sent[0]?.body === '')
  await untilIdle(world)
  expect(await list(world, 'jobs?state=dead')).toEqual([])
})

test('with retention.redactAtTwilio every erasure redacts, unless it is asked for without', async () => {
  const world = await start('retention: { redactAtTwilio: true }')
  await conversation(world, 'one')
  await untilIdle(world)
  expect((await erase(world, '?twilio=false')).body).toMatchObject({ erased: { redactedAtTwilio: 0 } })
  await conversation(world, 'two')
  await untilIdle(world)
  expect((await erase(world)).body).toMatchObject({ erased: { redactedAtTwilio: 1 } })
  await world.twilio.until(() => world.twilio.messages[1]?.body === '')
  expect(world.twilio.messages[0]?.body).toBe('one')
})

test('a text that waits for its time is not sent to her any more', async () => {
  const world = await start()
  const sendAt = new Date(wallClock() + 3_600_000).toISOString()
  await send(world, { to: MARIA, body: 'Your appointment is tomorrow', sendAt })
  await send(world, { to: JOHN, body: 'Yours too', sendAt })
  expect((await erase(world)).body).toMatchObject({ erased: { canceled: 1, messages: 1 }, pending: 0 })
  world.pass(2 * 3_600_000)
  await untilTexted(world, 'Yours too')
})

test('a text that is being sent meanwhile arrives once, and goes as soon as Twilio has answered', async () => {
  const world = await start()
  const opened = await talked(world)
  const { holdUntil, release } = hold()
  world.twilio.callbacks = 'held'
  world.twilio.faults.add({ method: 'POST', path: /Messages\.json/, act: true, answer: 'real', holdUntil })
  world.intercom.agent.reply(opened.id, 'See you')
  await world.twilio.until(() => world.twilio.sent.some(({ body }) => body === 'See you'))
  const { status, body } = await erase(world, '?twilio=true')
  expect([status, Number(body.pending) > 0]).toEqual([200, true])
  release()
  await untilErased(world)
  expect((await exported(world)).status).toBe(404)
  await world.twilio.releaseCallbacks()
  await world.twilio.until(() => world.twilio.messages.every((message) => message.body === ''))
  expect(texted(world)).toHaveLength(2)
  await untilSo(async () => !filesOf(world).includes(MARIA))
})

test('an erasure that was cut off is gone on with at the next start', async () => {
  const world = await start()
  await talked(world)
  await world.restart(async () => {
    const db = await openBeside(world.config.databaseUrl)
    const person = await findPerson(db, [MARIA])
    if (!person) throw new Error('Nothing is held about Maria')
    await db
      .transaction()
      .execute((tx) => requestErasure(tx, { subject: 'Maria', person, atTwilio: false }, wallClock()))
    await db.destroy()
  })
  await untilErased(world)
  expect((await exported(world)).status).toBe(404)
})

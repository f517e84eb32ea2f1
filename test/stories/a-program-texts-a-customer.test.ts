import { describe, expect, test } from '@jest/globals'
import { api, CONSOLE_TOKEN, SERIES_TOKEN, send } from '../support/api.ts'
import { conversation, maria, notesOf, texted, untilNotes, untilTexted } from '../support/stories.ts'
import { MARIA, SUPPORT, type World, worlds } from '../support/world.ts'

const start = worlds()
const tokens = { config: () => ({ consoleToken: CONSOLE_TOKEN, seriesToken: SERIES_TOKEN }) }
const series = (world: World, body: object, token = SERIES_TOKEN) =>
  api(world, 'POST', '/webhooks/intercom/series', { body, token })

test('a program texts Maria and can follow what became of it', async () => {
  const world = await start(tokens)
  const { status, body } = await send(world, { to: '(202) 555-0123', body: 'Your parcel is here.' })
  expect([status, body]).toMatchObject([202, { direction: 'outbound', customer: MARIA, number: SUPPORT, segments: 1 }])
  await world.twilio.until(() => world.twilio.sent[0]?.status === 'delivered')
  const shown = await api(world, 'GET', `/api/v1/messages/${body.id}`)
  expect(shown.body).toMatchObject({ twilioSid: world.twilio.sent[0]?.sid, attempts: [{ outcome: 'accepted' }] })
})

test('the same idempotency key twice is one text', async () => {
  const world = await start(tokens)
  const headers = { 'idempotency-key': 'order-17' }
  const answers = await Promise.all([1, 2, 3].map(() => send(world, { to: MARIA, body: 'Once' }, headers)))
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1)
  await send(world, { to: MARIA, body: 'Another' })
  await untilTexted(world, 'Once', 'Another')
})

test.each([
  ['a name instead of a number', { to: 'ACME', body: 'x' }, 422, 'invalid_number'],
  ['a sender that is not ours', { to: MARIA, from: '+12025550198', body: 'x' }, 422, 'unknown_sender'],
  ['no words', { to: MARIA, body: ' ' }, 422, 'empty'],
  ['something unknown', { to: MARIA, body: 'x', bdy: 'y' }, 400, 'bad_request'],
])('%s is refused', async (_, message, status, code) => {
  const world = await start(tokens)
  expect(await send(world, message)).toMatchObject({ status, body: { error: { code } } })
})

test('a text for later waits for its time', async () => {
  const world = await start(tokens)
  const sendAt = new Date(Date.now() + 3_600_000).toISOString()
  const { body } = await send(world, { to: MARIA, body: 'Later', sendAt })
  expect(body.status).toBe('scheduled')
  world.pass(3_600_000)
  await world.restart()
  await untilTexted(world, 'Later')
})

test('a text for later can be canceled, by hand or by the customer writing first', async () => {
  const world = await start(tokens)
  const sendAt = new Date(Date.now() + 3_600_000).toISOString()
  const byHand = await send(world, { to: MARIA, body: 'One', sendAt })
  const byReply = await send(world, { to: MARIA, body: 'Two', sendAt, cancelOnReply: true })
  expect(await api(world, 'POST', `/api/v1/messages/${byHand.body.id}/cancel`)).toMatchObject({
    body: { status: 'canceled' },
  })
  await conversation(world)
  expect(await api(world, 'GET', `/api/v1/messages/${byReply.body.id}`)).toMatchObject({ body: { status: 'canceled' } })
})

describe('when Maria answers a text sent by program', () => {
  test('a new conversation begins, the open one is closed, and each carries a note that links to the other', async () => {
    const world = await start(tokens)
    const old = await conversation(world)
    await send(world, { to: MARIA, body: 'How about Friday?' })
    await world.twilio.until(() => world.twilio.sent[0]?.status === 'delivered')
    const fresh = await conversation(world, 'Friday is fine')
    await world.intercom.until(() => old.state === 'closed')
    const [there = ''] = await untilNotes(world, fresh)
    const [here = ''] = await untilNotes(world, old)
    expect([there, here]).toEqual([expect.stringContaining(old.id), expect.stringContaining(fresh.id)])
    expect(there).toContain('How about Friday?')
  })

  test('only her first answer does that; what follows stays in the new conversation', async () => {
    const world = await start(tokens)
    await send(world, { to: MARIA, body: 'How about Friday?' })
    await world.twilio.until(() => world.twilio.sent[0]?.status === 'delivered')
    const fresh = await conversation(world, 'Friday is fine')
    await maria(world, 'At nine?')
    await world.intercom.until(() => fresh.parts.some(({ text }) => text === 'At nine?'))
    expect([world.intercom.conversations.length, notesOf(fresh).length]).toEqual([1, 1])
  })
})

describe('a Series step', () => {
  test('texts by phone, by contact and by external id; the same id twice once', async () => {
    const world = await start(tokens)
    const contact = world.intercom.addContact({ phone: MARIA, externalId: 'customer-7' })
    await series(world, { phone: MARIA, body: 'One', id: 'a' })
    await series(world, { phone: MARIA, body: 'One', id: 'a' })
    await series(world, { contact_id: contact.id, body: 'Two' })
    expect(await series(world, { external_id: 'customer-7', body: 'Three' })).toMatchObject({
      status: 202,
      body: { id: expect.any(String) },
    })
    await untilTexted(world, 'One', 'Two', 'Three')
  })

  test('needs its token, and a contact with a phone', async () => {
    const world = await start(tokens)
    expect((await series(world, { phone: MARIA, body: 'x' }, 'wrong')).status).toBe(401)
    expect((await series(world, { contact_id: '000000000000000000000000', body: 'x' })).status).toBe(422)
    expect(texted(world)).toEqual([])
  })

  test('is not there at all without a token configured', async () => {
    const world = await start()
    expect((await series(world, { phone: MARIA, body: 'x' })).status).toBe(404)
  })
})

import { describe, expect, test } from '@jest/globals'
import { api, CONSOLE_TOKEN, SERIES_TOKEN, send } from '../support/api.ts'
import {
  conversation,
  maria,
  notesOf,
  sam,
  texted,
  untilDecided,
  untilLinked,
  untilNotes,
  untilStatus,
  untilTexted,
  untilWords,
} from '../support/stories.ts'
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
    await untilLinked(world, { old, fresh, quote: 'How about Friday?' })
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

describe('Maria’s next text is no answer to a text sent by program, and goes on in the open conversation', () => {
  /** Maria texts on in the conversation she is in; nothing is quoted there. */
  async function goesOn(world: World, opened: Awaited<ReturnType<typeof conversation>>, notes: number) {
    await maria(world, 'One more thing')
    await untilWords(world, opened, ['Hello?', 'One more thing'])
    await untilDecided(world)
    expect([opened.state, notesOf(opened).length, world.intercom.conversations.length]).toEqual(['open', notes, 1])
  }

  /** A program has texted Maria, who is in a conversation with Sam. */
  async function prompted() {
    const world = await start(tokens)
    const opened = await conversation(world)
    await send(world, { to: MARIA, body: 'How about Friday?' })
    await untilStatus(world, 'How about Friday?', 'delivered')
    return { world, opened }
  }

  test('when it never came to her', async () => {
    const world = await start(tokens)
    const opened = await conversation(world)
    world.twilio.failNext({ to: MARIA, at: 'callback', code: 30005 })
    await send(world, { to: MARIA, body: 'How about Friday?' })
    await untilNotes(world, opened)
    await goesOn(world, opened, 1)
  })

  test('when it never came to her, which is found out as Twilio’s answer to the sending was lost', async () => {
    const world = await start(tokens)
    const opened = await conversation(world)
    world.twilio.callbacks = 'held'
    world.twilio.failNext({ to: MARIA, at: 'callback', code: 30005 })
    world.twilio.faults.add({ method: 'POST', path: /Messages\.json/, act: true, answer: 'reset' })
    await send(world, { to: MARIA, body: 'How about Friday?' })
    await untilNotes(world, opened)
    await goesOn(world, opened, 1)
  })

  test('when Sam has replied since: she answers him', async () => {
    const { world, opened } = await prompted()
    await sam(world, opened, 'How can I help?')
    await untilStatus(world, 'How can I help?', 'delivered')
    await goesOn(world, opened, 0)
  })

  test('when Sam has texted on from the sidebar since', async () => {
    const { world, opened } = await prompted()
    const shown = await world.intercom.openSidebar(opened.id)
    await shown.press('Send', { body: 'Or Monday?', conversation: 'continue' })
    await untilStatus(world, 'Or Monday?', 'delivered')
    await untilNotes(world, opened)
    await goesOn(world, opened, 1)
  })

  test('when Sam has begun a conversation with her since: it goes on in that one', async () => {
    const { world, opened } = await prompted()
    const begun = world.intercom.agent.start(opened.contactIds[0] ?? '', 'Your table is ready.', 'sms-channel')
    await untilStatus(world, 'Your table is ready.', 'delivered')
    await maria(world, 'On my way')
    await untilWords(world, begun, ['Your table is ready.', 'On my way'])
    expect(world.intercom.conversations).toHaveLength(2)
  })

  test('when Sam has noted /continue since', async () => {
    const { world, opened } = await prompted()
    world.intercom.agent.note(opened.id, '/continue')
    await untilNotes(world, opened, 2)
    await goesOn(world, opened, 2)
  })
})

test('Maria answers a program although a bot has replied since: a bot does not wait for an answer', async () => {
  const world = await start(tokens)
  const old = await conversation(world)
  await send(world, { to: MARIA, body: 'How about Friday?' })
  await untilStatus(world, 'How about Friday?', 'delivered')
  world.intercom.operator.say(old.id, 'Sam answers within the hour.', { fromAi: true })
  await untilStatus(world, 'Sam answers within the hour.', 'delivered')
  const fresh = await conversation(world, 'Friday is fine')
  expect((await untilNotes(world, fresh))[0]).toContain('How about Friday?')
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

  test('is answered: a new conversation begins, the open one is closed, and the two are linked', async () => {
    const world = await start(tokens)
    const old = await conversation(world)
    await series(world, { phone: MARIA, body: 'How about Friday?' })
    await untilStatus(world, 'How about Friday?', 'delivered')
    const fresh = await conversation(world, 'Friday is fine')
    await untilLinked(world, { old, fresh, quote: 'How about Friday?' })
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

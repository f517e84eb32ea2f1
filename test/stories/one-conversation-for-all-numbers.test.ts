import { expect, test } from '@jest/globals'
import { api, CONSOLE_TOKEN, send } from '../support/api.ts'
import { readable } from '../support/sidebar.ts'
import {
  contextNoteOf,
  conversation,
  DAY,
  maria,
  notesOf,
  sam,
  texted,
  untilDecided,
  untilNotes,
  untilStatus,
  untilTexted,
  untilWords,
  wordsOf,
} from '../support/stories.ts'
import { MARIA, SUPPORT, type World, type WorldOptions, worlds } from '../support/world.ts'

const begin = worlds()

const SALES = '+12025550198'

/** Two numbers of ours, and one thread for all of them. */
const start = (yaml = 'threads: { scope: customer }', more: WorldOptions = {}) =>
  begin({
    yaml,
    twilio: { numbers: [SUPPORT, SALES] },
    config: ({ twilio }) => ({ consoleToken: CONSOLE_TOKEN, twilio: { ...twilio, phoneNumbers: [SUPPORT, SALES] } }),
    ...more,
  })

const toSales = (world: World, body: string) => maria(world, body, { to: SALES })

const senders = ({ twilio }: World) => twilio.sent.map(({ from }) => from)

test('Maria’s texts to all our numbers are one conversation, her words as they came, each number named as it changes', async () => {
  const world = await start()
  const opened = await conversation(world, 'Is it open?')
  await toSales(world, 'And what does it cost?')
  await toSales(world, 'With tax?')
  await maria(world, 'Thanks')
  await untilWords(world, opened, ['Is it open?', 'And what does it cost?', 'With tax?', 'Thanks'])
  expect(await untilNotes(world, opened, 2)).toEqual([
    expect.stringContaining('+1 202 555 0198'),
    expect.stringContaining('+1 202 555 0199'),
  ])
  const told = opened.parts.filter(({ body }) => body !== contextNoteOf(opened))
  const order = told.map(({ partType, text }) => (partType === 'note' ? 'note' : text))
  expect(order).toEqual(['And what does it cost?', 'note', 'With tax?', 'Thanks', 'note'])
  expect(world.intercom.conversations).toHaveLength(1)
})

test('replies leave from the number Maria texted last', async () => {
  const world = await start()
  const opened = await conversation(world)
  await sam(world, opened, 'one')
  await toSales(world, 'Hello sales')
  await untilWords(world, opened, ['Hello?', 'Hello sales'])
  await sam(world, opened, 'two')
  expect(senders(world)).toEqual([SUPPORT, SALES])
})

test('a note /from changes that, until Maria texts another number', async () => {
  const world = await start()
  const opened = await conversation(world)
  world.intercom.agent.note(opened.id, '/from (202) 555-0198')
  expect((await untilNotes(world, opened, 2))[1]).toContain('Replies leave from +1 202 555 0198 now')
  await sam(world, opened, 'one')
  await maria(world, 'Who is this?')
  expect((await untilNotes(world, opened, 3))[2]).toContain('+1 202 555 0199')
  await sam(world, opened, 'two')
  expect(senders(world)).toEqual([SALES, SUPPORT])
})

test.each([
  ['a number that is not ours', '/from +12025550111', '+12025550111 cannot be used'],
  ['no number', '/from', 'No number was named'],
])('a note /from with %s changes nothing, and a note names ours', async (_, words, answer) => {
  const world = await start()
  const opened = await conversation(world)
  world.intercom.agent.note(opened.id, words)
  const note = (await untilNotes(world, opened, 2))[1]
  expect(note).toContain(answer)
  expect(note).toContain('Ours are +1 202 555 0199, +1 202 555 0198')
  await sam(world, opened, 'one')
  expect(senders(world)).toEqual([SUPPORT])
})

test('a note /from where each number has its own conversations is refused', async () => {
  const world = await start('')
  const opened = await conversation(world)
  world.intercom.agent.note(opened.id, '/from +12025550198')
  expect((await untilNotes(world, opened, 2))[1]).toContain('Replies here leave from +1 202 555 0199')
  await sam(world, opened, 'one')
  expect(senders(world)).toEqual([SUPPORT])
})

test('a reply that waits still leaves from the number it answered', async () => {
  const world = await start()
  const opened = await conversation(world)
  world.twilio.down = true
  world.intercom.agent.reply(opened.id, 'one')
  await untilStatus(world, 'one', 'sending')
  await toSales(world, 'Hello sales')
  await untilWords(world, opened, ['Hello?', 'Hello sales'])
  world.twilio.down = false
  await world.twilio.until(() => texted(world).includes('one'))
  expect(senders(world)).toEqual([SUPPORT])
})

test('STOP to one number is for that number; a note /optout is for all of them', async () => {
  const world = await start()
  const opened = await conversation(world)
  await toSales(world, 'STOP')
  await untilStatus(world, 'STOP', 'received')
  expect((await send(world, { to: MARIA, from: SALES, body: 'a' })).status).toBe(409)
  expect((await send(world, { to: MARIA, from: SUPPORT, body: 'b' })).status).toBe(202)
  const before = notesOf(opened).length
  world.intercom.agent.note(opened.id, '/optout')
  await untilNotes(world, opened, before + 2)
  expect((await send(world, { to: MARIA, from: SUPPORT, body: 'c' })).status).toBe(409)
})

test('a note /optin lifts the opt-outs from all our numbers, whichever of them Maria texted last', async () => {
  const world = await start()
  const opened = await conversation(world)
  await toSales(world, 'STOP')
  await maria(world, 'STOP')
  await untilNotes(world, opened, 2)
  const before = notesOf(opened).length
  world.intercom.agent.note(opened.id, '/optin')
  await world.intercom.until(() => notesOf(opened).some((note) => note.includes('may be texted again')))
  expect((await api(world, 'GET', '/api/v1/opt-outs')).body.data).toEqual([])
  await world.intercom.until(() => world.intercom.contacts[0]?.customAttributes.sms_opted_out === false)
  // The command and its one answer.
  expect(notesOf(opened)).toHaveLength(before + 2)
})

test('a note /optin is answered also where only another number than Maria’s last was forbidden', async () => {
  const world = await start()
  const opened = await conversation(world)
  await toSales(world, 'STOP')
  await maria(world, 'Hello again')
  await untilWords(world, opened, ['Hello?', 'Hello again'])
  world.intercom.agent.note(opened.id, '/optin')
  await world.intercom.until(() => notesOf(opened).some((note) => note.includes('may be texted again')))
  expect((await api(world, 'GET', '/api/v1/opt-outs')).body.data).toEqual([])
})

test('the operator sees one thread, and of each message the number it went by', async () => {
  const world = await start()
  const opened = await conversation(world)
  await toSales(world, 'Hello sales')
  await untilWords(world, opened, ['Hello?', 'Hello sales'])
  const threads = await api(world, 'GET', '/api/v1/threads')
  expect(threads.body.data).toMatchObject([{ customer: MARIA, number: SALES, conversationId: opened.id }])
  const messages = await api(world, 'GET', '/api/v1/messages')
  expect(messages.body.data).toMatchObject([
    { body: 'Hello sales', number: SALES },
    { body: 'Hello?', number: SUPPORT },
  ])
})

test('where numbers were apart before, Maria goes on in the conversation she was in last', async () => {
  const world = await start('')
  const first = await conversation(world)
  const second = await conversation(world, 'Hello sales', { to: SALES })
  world.config.behaviour.threads.scope = 'customer'
  await world.restart()
  await maria(world, 'Together now')
  await untilWords(world, second, ['Hello sales', 'Together now'])
  await sam(world, first, 'An old reply')
  expect(senders(world)).toEqual([SUPPORT])
  expect(wordsOf(first)).toEqual(['Hello?'])
})

test('a conversation that begins names its number, too, when the one before is too old', async () => {
  const world = await start()
  const opened = await conversation(world)
  world.intercom.agent.close(opened.id)
  await untilDecided(world)
  world.pass(6 * DAY)
  const fresh = await conversation(world, 'Hello again', { to: SALES })
  expect(await world.intercom.until(() => contextNoteOf(fresh))).toContain('+1 202 555 0198')
  await maria(world, 'Still there?', { to: SALES })
  await untilWords(world, fresh, ['Hello again', 'Still there?'])
  expect(notesOf(fresh)).toEqual([])
})

test('from the sidebar Sam texts from another number, and Maria’s thread is still the one', async () => {
  const world = await start()
  const opened = await conversation(world)
  const sidebar = await world.intercom.openSidebar(opened.id)
  const sent = await sidebar.press('Send', { body: 'From sales', from: SALES })
  await world.twilio.until(() => world.twilio.sent[0])
  expect(senders(world)).toEqual([SALES])
  expect(readable(sent).some((line) => line.startsWith('From sales'))).toBe(true)
  const { body } = await api(world, 'GET', '/api/v1/threads')
  expect(body.data).toMatchObject([{ number: SUPPORT, conversationId: opened.id }])
})

test('somebody who was welcomed and then texts another number has one thread', async () => {
  const world = await start('threads: { scope: customer }\nwelcome: Hi!')
  world.intercom.addContact({ role: 'user', name: 'Maria', phone: MARIA })
  await untilTexted(world, 'Hi!')
  const opened = await conversation(world, 'Hello sales', { to: SALES })
  const { body } = await api(world, 'GET', '/api/v1/threads')
  expect(body.data).toMatchObject([{ number: SALES, conversationId: opened.id }])
})

test('where a Messaging Service alone has the numbers, a conversation begins with the one that was texted', async () => {
  const messagingServiceSid = `MG${'0'.repeat(32)}`
  const world = await start(undefined, {
    twilio: { numbers: [SUPPORT, SALES], messagingServiceSid },
    config: ({ twilio }) => ({ twilio: { ...twilio, phoneNumbers: [], messagingServiceSid } }),
  })
  const placeless = { FromCity: '', FromState: '', FromZip: '', FromCountry: '' }
  await maria(world, 'Hello sales', { to: SALES, extra: placeless })
  const opened = await world.intercom.until(() => world.intercom.conversations[0])
  expect(await world.intercom.until(() => contextNoteOf(opened))).toContain('+1 202 555 0198')
})

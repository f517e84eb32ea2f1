import { expect, test } from '@jest/globals'
import {
  calls,
  conversation,
  DAY,
  maria,
  NOT_LOOKING_BACK,
  primed,
  sam,
  texted,
  untilDecided,
  untilWords,
  wordsOf,
} from '../support/stories.ts'
import { MARIA, SUPPORT, worlds } from '../support/world.ts'

const start = worlds()

test('Maria texts for the first time: one contact, one conversation, tagged, with her words', async () => {
  const { twilio, intercom } = await start()
  const answer = await twilio.text({ from: MARIA, to: SUPPORT, body: 'Hi, is my order on its way?' })
  expect(answer).toMatchObject({ status: 200, body: '<Response/>' })

  const opened = await intercom.until(() => intercom.conversations.find((c) => c.tags.length > 0))
  expect(intercom.contacts).toHaveLength(1)
  expect(intercom.contacts[0]).toMatchObject({ phone: MARIA, externalId: `sms:${MARIA}`, role: 'user' })
  expect(opened.source.text).toBe('Hi, is my order on its way?')
  expect(opened.tags).toMatchObject([{ name: 'sms-channel' }])
})

test('Sam replies and Maria gets it as a text from the number she wrote to, delivered', async () => {
  const { twilio, intercom } = await start()
  await twilio.text({ from: MARIA, to: SUPPORT, body: 'Hello?' })
  const { id } = await intercom.until(() => intercom.conversations[0])
  intercom.agent.reply(id, '<p>It ships <b>today</b>.</p>')

  const sms = await twilio.until(() => twilio.sent.find((m) => m.status === 'delivered'))
  expect(sms).toMatchObject({ from: SUPPORT, to: MARIA, body: 'It ships today.' })
  expect(twilio.sent).toHaveLength(1)
})

test('she writes on, and her words join the conversation in the order she sent them', async () => {
  const world = await start()
  const opened = await conversation(world, 'one')
  for (const body of ['two', 'three', 'four']) await maria(world, body)

  await untilWords(world, opened, ['one', 'two', 'three', 'four'])
  expect(world.intercom.conversations).toHaveLength(1)
})

test('a first text costs six calls to Intercom, every later one a single call', async () => {
  const world = await start({ yaml: NOT_LOOKING_BACK })
  await primed(world)
  // The first conversation of an hour also asks which attributes the workspace has.
  await conversation(world, 'Hi', { from: '+12025550124' })
  const before = world.intercom.requests.length
  const opened = await conversation(world, 'one')
  expect(calls(world, before)).toHaveLength(6)

  for (const body of ['two', 'three']) await maria(world, body)
  await untilWords(world, opened, ['one', 'two', 'three'])
  const append = `POST /conversations/${opened.id}/reply`
  expect(calls(world, before + 6)).toEqual([append, append])
})

test('five texts at once from a new number are one contact and one conversation', async () => {
  const world = await start({ intercom: { searchLagMs: 60_000 } })
  const bodies = ['one', 'two', 'three', 'four', 'five']
  await Promise.all(bodies.map((body) => maria(world, body)))

  const opened = await world.intercom.until(() => world.intercom.conversations[0])
  await world.intercom.until(() => wordsOf(opened).length === 5)
  expect(wordsOf(opened).sort()).toEqual(bodies.sort())
  expect(world.intercom.contacts).toHaveLength(1)
  expect(world.intercom.conversations).toHaveLength(1)
})

test('the first text of a new number, brought five times at once, is one conversation with one part', async () => {
  const world = await start()
  const { sid } = await maria(world, 'one', { webhook: false })
  await Promise.all(Array.from({ length: 5 }, () => world.twilio.deliver(sid)))
  const opened = await world.intercom.until(() => world.intercom.conversations[0])
  await maria(world, 'two')
  await untilWords(world, opened, ['one', 'two'])
  expect([world.intercom.contacts.length, world.intercom.conversations.length]).toEqual([1, 1])
})

test('a text that Twilio brings many times at once, and again after a restart, is one part', async () => {
  const world = await start()
  const opened = await conversation(world, 'one')
  const { sid } = await maria(world, 'two')
  const answers = await Promise.all(Array.from({ length: 5 }, () => world.twilio.deliver(sid)))
  await world.restart()
  answers.push(await world.twilio.deliver(sid))

  await maria(world, 'three')
  await untilWords(world, opened, ['one', 'two', 'three'])
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
})

test.each([
  ['emoji and right-to-left marks', '👩‍👩‍👧 \u200fשלום\u200e ok'],
  ['what looks like HTML', '<b>5 < 6</b> & "so" on'],
  ['spaces and line ends', '  two\n\n   lines  '],
  ['1,600 characters', 'x'.repeat(1600)],
])('her words come through exactly as she wrote them: %s', async (_, body) => {
  const world = await start()
  const opened = await conversation(world, body)
  await maria(world, body)
  await untilWords(world, opened, [body, body])
})

test('an empty text is still a text', async () => {
  const world = await start()
  const opened = await conversation(world, '')
  expect(opened.source.text).toBe('[empty text]')
})

test('texts to two of our numbers are two conversations of one contact, each answered from its own number', async () => {
  const sales = '+12025550198'
  const world = await start({
    twilio: { numbers: [SUPPORT, sales] },
    config: ({ twilio }) => ({ twilio: { ...twilio, phoneNumbers: [SUPPORT, sales] } }),
  })
  const first = await conversation(world, 'Where is it?')
  const second = await conversation(world, 'I want more.', { to: sales })
  expect(world.intercom.contacts).toHaveLength(1)

  await sam(world, second, 'With pleasure.')
  await sam(world, first, 'On its way.')
  expect(world.twilio.sent.map(({ from, body }) => `${from} ${body}`)).toEqual([
    `${sales} With pleasure.`,
    `${SUPPORT} On its way.`,
  ])
})

test('a short code and a sender with a name have conversations too', async () => {
  const world = await start()
  const short = await conversation(world, 'Your code is 123', { from: '73529' })
  const named = await conversation(world, 'Parcel is here', { from: 'PARCELCO' })
  expect([short, named].map(({ source }) => source.text)).toEqual(['Your code is 123', 'Parcel is here'])
  expect(world.intercom.contacts.map(({ name }) => name)).toEqual(['73529', 'PARCELCO'])
})

test('a text soon after Sam closed the conversation opens it again', async () => {
  const world = await start()
  const opened = await conversation(world, 'one')
  world.intercom.agent.close(opened.id)
  await untilDecided(world)
  world.pass(4 * DAY)

  await maria(world, 'two')
  await untilWords(world, opened, ['one', 'two'])
  expect(opened.state).toBe('open')
  expect(world.intercom.conversations).toHaveLength(1)
})

test('a text long after Sam closed the conversation begins a new one, and a reply in the old one still arrives', async () => {
  const world = await start()
  const old = await conversation(world, 'one')
  world.intercom.agent.close(old.id)
  await untilDecided(world)
  world.pass(6 * DAY)

  const opened = await conversation(world, 'two')
  expect(opened.id).not.toBe(old.id)
  expect(opened.contactIds).toEqual(old.contactIds)
  await sam(world, old, 'About your old question')
  expect(texted(world)).toEqual(['About your old question'])
})

test('days that a conversation was open again do not count as closed', async () => {
  const world = await start()
  const opened = await conversation(world, 'one')
  world.intercom.agent.close(opened.id)
  world.pass(4 * DAY)
  world.intercom.agent.open(opened.id)
  await untilDecided(world)
  world.pass(4 * DAY)

  await maria(world, 'two')
  await untilWords(world, opened, ['one', 'two'])
})

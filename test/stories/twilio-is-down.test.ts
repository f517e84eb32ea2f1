import { expect, test } from '@jest/globals'
import {
  conversation,
  notesOf,
  sam,
  statusOf,
  texted,
  untilNotes,
  untilReadiness,
  untilStatus,
  untilTexted,
} from '../support/stories.ts'
import { IMPATIENT, type World, worlds } from '../support/world.ts'

const start = worlds()

const SEND = { method: 'POST', path: /Messages\.json/ }
const LIST = { method: 'GET', path: /Messages\.json/ }
const sends = ({ twilio }: World) =>
  twilio.requests.filter(({ method, path }) => method === 'POST' && SEND.path.test(path))

test('while Twilio is away, replies are kept; afterwards they arrive once and in order', async () => {
  const world = await start()
  const { id } = await conversation(world)
  world.twilio.down = true
  for (const word of ['one', 'two', 'three']) world.intercom.agent.reply(id, word)
  await world.intercom.delivered()
  expect(world.intercom.deliveries.every(({ status }) => status === 200)).toBe(true)
  world.twilio.down = false
  await untilTexted(world, 'one', 'two', 'three')
})

test.each([
  ['is unavailable', { status: 503, body: { code: 20503, message: 'Service unavailable', status: 503 } }],
  [
    'wants it slower',
    { status: 429, headers: { 'retry-after': '0' }, body: { code: 20429, message: 'Too many', status: 429 } },
  ],
  ['stands behind a proxy that refuses', { status: 403, body: '<html>Forbidden</html>' }],
])('when Twilio %s, the text is sent later, once', async (_, answer) => {
  const world = await start()
  const opened = await conversation(world)
  world.twilio.faults.add({ ...SEND, act: false, answer, times: 3 })
  world.intercom.agent.reply(opened.id, 'It ships today.')
  await untilTexted(world, 'It ships today.')
  await sam(world, opened, 'Bye')
  expect([texted(world), notesOf(opened)]).toEqual([['It ships today.', 'Bye'], []])
  expect(sends(world)).toHaveLength(5)
})

test.each([
  ['cuts the line', 'reset'],
  ['answers 500', { status: 500 }],
  ['answers 504', { status: 504 }],
  ['answers half', 'half'],
] as const)('when Twilio takes the text and then %s, it is not sent again', async (_, answer) => {
  const world = await start()
  const opened = await conversation(world)
  world.twilio.callbacks = 'held'
  world.twilio.faults.add({ ...SEND, act: true, answer })
  world.intercom.agent.reply(opened.id, 'It ships today.')
  await sam(world, opened, 'Bye')
  expect([texted(world), notesOf(opened)]).toEqual([['It ships today.', 'Bye'], []])
  expect(sends(world)).toHaveLength(2)
})

test('when Twilio never answers, its status callback is proof enough, and nobody waits', async () => {
  const world = await start({ yaml: IMPATIENT })
  const opened = await conversation(world)
  world.twilio.faults.add({ ...SEND, act: true, answer: 'hang' })
  world.intercom.agent.reply(opened.id, 'It ships today.')
  await untilStatus(world, 'It ships today.', 'delivered')
  expect(texted(world)).toEqual(['It ships today.'])
})

test('when the line is cut and the text did not go out, it is sent after all', async () => {
  const world = await start()
  const opened = await conversation(world)
  world.twilio.faults.add({ ...SEND, act: false, answer: 'reset' })
  await sam(world, opened, 'It ships today.')
  await sam(world, opened, 'Bye')
  expect([texted(world), notesOf(opened)]).toEqual([['It ships today.', 'Bye'], []])
})

test('a text with the same words from before is not taken for the one in doubt', async () => {
  const world = await start()
  const opened = await conversation(world)
  await sam(world, opened, 'Yes')
  world.twilio.faults.add({ ...SEND, act: false, answer: 'reset' })
  world.intercom.agent.reply(opened.id, 'Yes')
  await untilTexted(world, 'Yes', 'Yes')
})

test('what cannot be found out is left to a person: one note, and never a second text', async () => {
  const world = await start({
    yaml: 'timing: { retryBaseSeconds: 0.05, settleSeconds: 0.3, requestTimeoutSeconds: 2 }',
  })
  const opened = await conversation(world)
  world.twilio.callbacks = 'held'
  world.twilio.faults.add({ ...SEND, act: true, answer: 'reset' })
  const listing = world.twilio.faults.add({
    ...LIST,
    act: false,
    answer: { status: 500 },
    times: Number.POSITIVE_INFINITY,
  })
  world.intercom.agent.reply(opened.id, 'It ships today.')
  const [note] = await untilNotes(world, opened)
  expect(note).toContain('may or may not have been delivered')

  listing.remove()
  await sam(world, opened, 'Bye')
  expect([texted(world), statusOf(world, 'It ships today.')]).toEqual([['It ships today.', 'Bye'], 'unknown'])
  expect(await untilNotes(world, opened, 1)).toHaveLength(1)
})

test('while the token is refused nothing is lost, and afterwards it goes on', async () => {
  const world = await start()
  const { id } = await conversation(world)
  const refusal = { status: 401, body: { code: 20003, message: 'Authenticate', status: 401 } }
  const fault = world.twilio.faults.add({ ...SEND, act: false, answer: refusal, times: Number.POSITIVE_INFINITY })
  world.intercom.agent.reply(id, 'one')
  world.intercom.agent.reply(id, 'two')
  await untilReadiness(world, 503)
  expect(fault.fired).toBeGreaterThan(0)
  fault.remove()
  world.pass(30_000)
  await untilTexted(world, 'one', 'two')
  await untilReadiness(world, 200)
})

import { expect, test } from '@jest/globals'
import {
  conversation,
  hold,
  maria,
  notesOf,
  primed,
  untilNotes,
  untilReadiness,
  untilTexted,
  untilWords,
  wordsOf,
} from '../support/stories.ts'
import { type World, worlds } from '../support/world.ts'

const start = worlds()

const APPEND = { method: 'POST', path: /\/reply$/ }
const OPEN = { method: 'POST', path: /^\/conversations$/ }
const refusal = (status: number, code: string) => ({
  status,
  body: { type: 'error.list', errors: [{ code, message: 'No' }] },
})

const JOAN = '+12025550124'

/** The only conversation, once there is one with all of these words. */
async function untilOne({ intercom }: World, ...words: string[]) {
  await intercom.until(() => intercom.conversations.some((one) => wordsOf(one).includes(words.at(-1) ?? '')))
  expect(intercom.conversations.map(wordsOf)).toEqual([words])
}

test('while Intercom is away, texts are acknowledged and kept; afterwards they are there once and in order', async () => {
  const world = await start()
  world.intercom.down = true
  for (const body of ['one', 'two', 'three']) expect(await maria(world, body)).toMatchObject({ status: 200 })
  world.intercom.down = false
  await untilOne(world, 'one', 'two', 'three')
  expect(world.intercom.contacts).toHaveLength(1)
})

test('the bridge restarts while Intercom is away, and nothing is lost', async () => {
  const world = await start()
  world.intercom.down = true
  await maria(world, 'one')
  await world.restart(() => maria(world, 'missed', { webhook: false }))
  await maria(world, 'two')
  world.intercom.down = false
  await world.intercom.until(() => world.intercom.conversations.flatMap(wordsOf).length === 3)
  expect(world.intercom.conversations.flatMap(wordsOf).sort()).toEqual(['missed', 'one', 'two'])
})

test.each([
  ['has a fault', { status: 500 }],
  ['is overloaded', { status: 503 }],
  ['cuts the line', 'reset'],
  ['wants it slower', { ...refusal(429, 'rate_limit_exceeded'), headers: { 'x-ratelimit-reset': '0' } }],
] as const)('when Intercom %s and did nothing, the text is posted later, once', async (_, answer) => {
  const world = await start()
  const opened = await conversation(world, 'one')
  world.intercom.faults.add({ ...APPEND, act: false, answer })
  await maria(world, 'two')
  await maria(world, 'three')
  await untilWords(world, opened, ['one', 'two', 'three'])
})

const LATE = [
  ['cuts the line', 'reset'],
  ['answers 500', { status: 500 }],
  ['answers half', 'half'],
] as const

test.each(LATE)('when Intercom posts the text and then %s, its own webhook is proof enough', async (_, answer) => {
  const world = await start()
  const opened = await conversation(world, 'one')
  world.intercom.faults.add({ ...APPEND, act: true, answer })
  await maria(world, 'two')
  await maria(world, 'three')
  await untilWords(world, opened, ['one', 'two', 'three'])
})

test.each(LATE)('when Intercom posts the text, then %s and tells nobody, it is found by looking', async (_, answer) => {
  const world = await start()
  const opened = await conversation(world, 'one')
  world.intercom.topics = []
  world.intercom.faults.add({ ...APPEND, act: true, answer })
  await maria(world, 'two')
  await maria(world, 'three')
  await untilWords(world, opened, ['one', 'two', 'three'])
})

test.each([
  ['tells of it', null],
  ['tells nobody', []],
])('when Intercom opens the conversation, cuts the line and %s, there is still one', async (_, topics) => {
  const world = await start({ yaml: 'timing: { retryBaseSeconds: 0.05, settleSeconds: 0.5 }' })
  world.intercom.topics = topics
  world.intercom.faults.add({ ...OPEN, act: true, answer: 'reset' })
  await maria(world, 'one')
  await maria(world, 'two')
  await untilOne(world, 'one', 'two')
  await world.intercom.until(() => world.intercom.conversations[0]?.tags[0])
})

test('when Intercom makes the contact and then cuts the line, there is still one', async () => {
  const world = await start({ intercom: { searchLagMs: 60_000 } })
  world.intercom.faults.add({ method: 'POST', path: /^\/contacts$/, act: true, answer: 'reset' })
  await maria(world, 'one')
  await untilOne(world, 'one')
  expect(world.intercom.contacts).toHaveLength(1)
})

test('two texts with the same words stay two, even when the answer to one of them is lost', async () => {
  const world = await start()
  const opened = await conversation(world, 'ok')
  world.intercom.faults.add({ ...APPEND, act: true, answer: 'reset' })
  for (const body of ['ok', 'ok', 'bye']) await maria(world, body)
  await untilWords(world, opened, ['ok', 'ok', 'ok', 'bye'])
})

test('a slow answer to one customer does not hold up another', async () => {
  const world = await start()
  const hers = await conversation(world, 'one')
  const { holdUntil, release } = hold()
  world.intercom.faults.add({ ...APPEND, act: true, answer: 'real', holdUntil })
  await maria(world, 'two')
  const other = await conversation(world, 'Me too', { from: JOAN })
  release()
  expect(other.source.text).toBe('Me too')
  await untilWords(world, hers, ['one', 'two'])
})

test('while the token is refused nothing is lost, and afterwards it goes on', async () => {
  const world = await start()
  await primed(world)
  const fault = world.intercom.faults.add({
    act: false,
    answer: refusal(401, 'unauthorized'),
    times: Number.POSITIVE_INFINITY,
  })
  await maria(world, 'one')
  await maria(world, 'two')
  await untilReadiness(world, 503)
  expect(fault.fired).toBeGreaterThan(0)
  fault.remove()
  world.pass(30_000)
  await untilOne(world, 'one', 'two')
  await untilReadiness(world, 200)
})

test('a text that Intercom refuses for good is reported in the conversation, and the next one gets through', async () => {
  const world = await start()
  const opened = await conversation(world, 'one')
  world.intercom.faults.add({ ...APPEND, act: false, answer: refusal(400, 'parameter_invalid') })
  await maria(world, 'two')
  await maria(world, 'three')
  await untilWords(world, opened, ['one', 'three'])
  expect(await untilNotes(world, opened)).toEqual([expect.stringContaining('could not be added to the conversation')])
})

test('a note whose answer is lost is not written twice', async () => {
  const world = await start({ yaml: 'replies: { maxSegments: 1 }' })
  const opened = await conversation(world)
  world.intercom.faults.add({ ...APPEND, act: true, answer: 'reset' })
  world.intercom.agent.reply(opened.id, 'x'.repeat(400))
  world.intercom.agent.reply(opened.id, 'y'.repeat(800))
  await untilNotes(world, opened, 2)
  expect(notesOf(opened).map((note) => /take (\d+)/.exec(note)?.[1])).toEqual(['3', '6'])
})

test('a tag that somebody deleted is made again', async () => {
  const world = await start()
  await primed(world)
  world.intercom.faults.add({ path: /\/tags$/, act: false, answer: refusal(404, 'tag_not_found') })
  const opened = await conversation(world)
  expect(opened.tags).toMatchObject([{ name: 'sms-channel' }])
})

test('a reply whose webhook found the bridge away comes again, and is sent once', async () => {
  const world = await start({ intercom: { retryDelayMs: 400 } })
  const { id } = await conversation(world)
  await world.restart(async () => {
    world.intercom.agent.reply(id, 'It ships today.', { how: 'close' })
    await world.intercom.delivered()
  })
  await untilTexted(world, 'It ships today.')
  const attempts = () => world.intercom.deliveries.filter(({ topic }) => topic === 'conversation.admin.closed')
  await world.intercom.until(() => attempts().length === 2)
  world.intercom.agent.reply(id, 'Bye')
  await untilTexted(world, 'It ships today.', 'Bye')
})

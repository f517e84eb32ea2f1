import { expect, test } from '@jest/globals'
import Database from 'better-sqlite3'
import {
  conversation,
  factsStored,
  maria,
  notesOf,
  sam,
  texted,
  untilTexted,
  untilWords,
  wordsOf,
} from '../support/stories.ts'
import { IMPATIENT, type World, worlds } from '../support/world.ts'

const start = worlds()

/** Another program keeps the database to itself until the returned function is called. */
function lock({ config }: World): () => void {
  const db = new Database(config.databaseUrl.replace('sqlite:', ''))
  db.exec('begin immediate')
  return () => db.close()
}

test('a text that cannot be stored is refused, so that Twilio tries elsewhere; it is stored when it comes again', async () => {
  const world = await start()
  const opened = await conversation(world, 'one')
  const before = factsStored(world)
  const unlock = lock(world)
  const { sid, status } = await maria(world, 'two')
  unlock()
  expect(status).toBe(503)
  expect(factsStored(world)).toBe(before)

  expect((await world.twilio.deliver(sid)).status).toBe(200)
  await untilWords(world, opened, ['one', 'two'])
})

test('a reply that cannot be stored is refused, and texted once when Intercom brings it again', async () => {
  const world = await start({ intercom: { retryDelayMs: 1000 } })
  const opened = await conversation(world)
  await world.intercom.delivered()
  const unlock = lock(world)
  world.intercom.agent.replyAndClose(opened.id, 'It ships today.')
  await world.intercom.delivered()
  unlock()
  await untilTexted(world, 'It ships today.')
  const closings = world.intercom.deliveries.filter(({ topic }) => topic === 'conversation.admin.closed')
  expect(closings.map(({ status }) => status)).toEqual([503, 200])
})

test('a text that was acknowledged a moment before the bridge stopped is in the conversation after its start', async () => {
  const world = await start({ yaml: 'reconcile: { onStart: false }' })
  const opened = await conversation(world, 'one')
  const { status } = await maria(world, 'two')
  await world.restart()
  await maria(world, 'three')
  await untilWords(world, opened, ['one', 'two', 'three'])
  expect(status).toBe(200)
})

test('the bridge restarts between any two steps of a first text: one contact, one conversation, one tag', async () => {
  const world = await start({ yaml: 'reconcile: { onStart: false }' })
  const asked = (path: RegExp) => world.intercom.requests.some((request) => path.test(request.path))
  await maria(world, 'one')
  for (const step of [/find_by/, /^\/contacts$/, /^\/conversations$/]) {
    await world.intercom.until(() => asked(step))
    await world.restart()
  }
  const opened = await world.intercom.until(() => world.intercom.conversations.find(({ tags }) => tags[0]))
  await maria(world, 'two')
  await untilWords(world, opened, ['one', 'two'])
  expect([world.intercom.contacts.length, world.intercom.conversations.length]).toEqual([1, 1])
})

test('replies that wait for Twilio are sent after a restart, once and in order', async () => {
  const world = await start({ yaml: 'reconcile: { onStart: false }' })
  const opened = await conversation(world)
  world.twilio.down = true
  for (const words of ['one', 'two']) world.intercom.agent.reply(opened.id, words)
  await world.intercom.delivered()
  await world.restart()
  world.twilio.down = false
  await untilTexted(world, 'one', 'two')
  await sam(world, opened, 'three')
  expect(texted(world)).toEqual(['one', 'two', 'three'])
})

test('a text whose answer is lost in a restart is not sent again', async () => {
  const world = await start({ yaml: `reconcile: { onStart: false }\n${IMPATIENT}` })
  const opened = await conversation(world)
  world.twilio.callbacks = 'held'
  world.twilio.faults.add({ method: 'POST', path: /Messages/, act: true, answer: 'hang' })
  world.intercom.agent.reply(opened.id, 'It ships today.')
  await world.twilio.until(() => world.twilio.sent[0])
  await world.restart()
  await sam(world, opened, 'Bye')
  expect([texted(world), notesOf(opened)]).toEqual([['It ships today.', 'Bye'], []])
})

test('while the bridge is away Twilio hears no answer; the text is found after the start', async () => {
  const world = await start()
  const opened = await conversation(world, 'one')
  await world.restart(async () => {
    expect((await maria(world, 'two')).status).toBe(0)
  })
  await world.intercom.until(() => wordsOf(opened).length === 2)
  expect(wordsOf(opened)).toEqual(['one', 'two'])
})

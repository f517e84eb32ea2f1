import { rmSync } from 'node:fs'
import { afterEach, expect, test } from '@jest/globals'
import { api, CONSOLE_TOKEN } from '../support/api.ts'
import { content, photo } from '../support/files.ts'
import { conversation, hold, maria, untilNotes, untilStatus, untilTexted, untilWords } from '../support/stories.ts'
import { MARIA, SUPPORT, startWorld, type World } from '../support/world.ts'

const HOUR = 3_600_000

let world: World
afterEach(() => world.close())

/** An operator says when to look. */
const operated = { config: () => ({ consoleToken: CONSOLE_TOKEN }), yaml: 'reconcile: { onStart: false }' }
const look = async (which: World, since?: string) =>
  (await api(which, 'POST', '/api/v1/reconcile', { body: since ? { since } : {} })).body

test('texts whose webhook never came are found at the next start, in order, and say when they were sent', async () => {
  world = await startWorld()
  const { twilio, intercom } = world
  await twilio.text({ from: MARIA, to: SUPPORT, body: 'one' })
  const opened = await intercom.until(() => intercom.conversations.find(({ tags }) => tags.length > 0))
  await twilio.text({ from: MARIA, to: SUPPORT, body: 'two', webhook: false })
  await twilio.text({ from: MARIA, to: SUPPORT, body: 'three', webhook: false })
  await world.restart()

  await untilWords(world, opened, ['one', 'two', 'three'])
})

test('a reply whose webhook never came is found and texted once', async () => {
  world = await startWorld()
  const { twilio, intercom } = world
  await twilio.text({ from: MARIA, to: SUPPORT, body: 'Hello?' })
  const conversation = await intercom.until(() => intercom.conversations.find((c) => c.tags.length > 0))
  intercom.webhooks = 'held'
  await intercom.agent.reply(conversation.id, 'It ships today.')
  await world.restart()

  await twilio.until(() => twilio.sent.find((sms) => sms.body === 'It ships today.'))
  intercom.webhooks = 'auto'
  await intercom.releaseWebhooks()
  await intercom.agent.reply(conversation.id, 'Bye.')
  await twilio.until(() => twilio.sent.find((sms) => sms.body === 'Bye.'))
  expect(twilio.sent.map((sms) => sms.body)).toEqual(['It ships today.', 'Bye.'])
})

test('a status that was never announced is found in the list', async () => {
  world = await startWorld()
  const { twilio, intercom } = world
  twilio.callbacks = 'held'
  await twilio.text({ from: MARIA, to: SUPPORT, body: 'Hello?' })
  const conversation = await intercom.until(() => intercom.conversations.find((c) => c.tags.length > 0))
  twilio.failNext({ to: MARIA, at: 'callback', code: 30006 })
  await intercom.agent.reply(conversation.id, 'Are you there?')
  await twilio.until(() => twilio.sent.find((sms) => sms.status === 'undelivered'))
  await world.restart()

  const [note] = await untilNotes(world, conversation)
  expect(note).toContain('did not reach the customer')
})

test('a photo whose webhook never came is found with its text', async () => {
  world = await startWorld()
  const [opened, media] = [await conversation(world), [photo()]]
  await maria(world, 'It came broken', { webhook: false, media })
  await world.restart()
  await untilWords(world, opened, ['Hello?', 'It came broken'])
  expect(content(opened.parts.flatMap(({ attachments }) => attachments))).toEqual(content(media))
})

test('a text that was missed for long says in the conversation when it was sent', async () => {
  world = await startWorld()
  const opened = await conversation(world)
  await maria(world, 'Are you there?', { webhook: false })
  await world.restart(async () => world.pass(HOUR))
  expect(await untilNotes(world, opened)).toEqual([expect.stringContaining('A text arrived late: it was sent at 20')])
})

test('a text that Twilio’s list shows an hour late is found when it does', async () => {
  world = await startWorld(operated)
  world.twilio.listLagMs = HOUR
  const opened = await conversation(world)
  await maria(world, 'Are you there?', { webhook: false })
  expect(await look(world)).toEqual({ texts: 0, statuses: 0, replies: 0 })
  world.pass(HOUR)
  expect(await look(world)).toEqual({ texts: 1, statuses: 0, replies: 0 })
  await untilWords(world, opened, ['Hello?', 'Are you there?'])
})

test('a first start brings no history; it comes when somebody asks for it', async () => {
  world = await startWorld(operated)
  const before = new Date(Date.now() - HOUR).toISOString()
  await maria(world, 'long ago', { webhook: false })
  world.pass(HOUR)
  await world.restart(async () => rmSync(world.config.databaseUrl.replace('sqlite:', '')))
  expect(await look(world)).toEqual({ texts: 0, statuses: 0, replies: 0 })
  expect(await look(world, before)).toEqual({ texts: 1, statuses: 0, replies: 0 })
  await world.intercom.until(() => world.intercom.conversations[0]?.source.text === 'long ago')
})

test('a webhook that comes while the list is being read makes no second part, nor does one that comes after it', async () => {
  world = await startWorld(operated)
  const opened = await conversation(world)
  const { sid } = await maria(world, 'one', { webhook: false })
  const { holdUntil, release } = hold()
  const list = { method: 'GET', path: /Messages\.json/ }
  const reading = world.twilio.faults.add({ ...list, act: true, answer: 'real', holdUntil })
  const looking = look(world)
  await world.twilio.until(() => reading.fired)
  expect((await world.twilio.deliver(sid)).status).toBe(200)
  release()
  await looking
  expect((await world.twilio.deliver(sid)).status).toBe(200)
  await maria(world, 'two')
  await untilWords(world, opened, ['Hello?', 'one', 'two'])
})

test('while Intercom is away at the start, texts are found all the same; replies at a later look, which comes by itself', async () => {
  world = await startWorld({ yaml: 'reconcile: { everyMinutes: 0.016 }' })
  const { intercom } = world
  const opened = await conversation(world)
  await maria(world, 'Are you there?', { webhook: false })
  intercom.webhooks = 'held'
  intercom.agent.reply(opened.id, 'It ships today.')
  intercom.down = true
  await world.restart()
  await untilStatus(world, 'Are you there?', 'received')
  intercom.down = false
  await untilTexted(world, 'It ships today.')
  await untilWords(world, opened, ['Hello?', 'Are you there?'])
})

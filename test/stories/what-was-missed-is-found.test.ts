import { afterEach, expect, test } from '@jest/globals'
import { MARIA, SUPPORT, startWorld, type World } from '../support/world.ts'

let world: World
afterEach(() => world.close())

test('texts whose webhook never came are found at the next start, in order, and say when they were sent', async () => {
  world = await startWorld()
  const { twilio, intercom } = world
  await twilio.text({ from: MARIA, to: SUPPORT, body: 'one' })
  await intercom.until(() => intercom.conversations[0]?.tags[0])
  await twilio.text({ from: MARIA, to: SUPPORT, body: 'two', webhook: false })
  await twilio.text({ from: MARIA, to: SUPPORT, body: 'three', webhook: false })
  await world.restart()

  await intercom.until(() => intercom.conversations[0]?.parts.some((part) => part.text === 'three'))
  expect(intercom.conversations[0]?.parts.map((part) => part.text)).toEqual(['two', 'three'])
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

  const note = await intercom.until(() => conversation.parts.find((part) => part.partType === 'note'))
  expect(note.body).toContain('did not reach the customer')
})

import { afterEach, expect, test } from '@jest/globals'
import { MARIA, SUPPORT, startWorld, type World } from '../support/world.ts'

let world: World
afterEach(() => world.close())

test('Maria texts for the first time: one contact, one conversation, tagged, with her words', async () => {
  world = await startWorld()
  const { twilio, intercom } = world
  const answer = await twilio.text({ from: MARIA, to: SUPPORT, body: 'Hi, is my order on its way?' })
  expect(answer).toMatchObject({ status: 200, body: '<Response/>' })

  const conversation = await intercom.until(() => intercom.conversations.find((c) => c.tags.length > 0))
  expect(intercom.contacts).toHaveLength(1)
  expect(intercom.contacts[0]).toMatchObject({ phone: MARIA, externalId: `sms:${MARIA}`, role: 'user' })
  expect(conversation.source.text).toBe('Hi, is my order on its way?')
  expect(conversation.tags).toMatchObject([{ name: 'sms-channel' }])
})

test('Sam replies and Maria gets it as a text from the number she wrote to, delivered', async () => {
  world = await startWorld()
  const { twilio, intercom } = world
  await twilio.text({ from: MARIA, to: SUPPORT, body: 'Hello?' })
  const conversation = await intercom.until(() => intercom.conversations[0])
  await intercom.agent.reply(conversation.id, '<p>It ships <b>today</b>.</p>')

  const sms = await twilio.until(() => twilio.sent.find((m) => m.status === 'delivered'))
  expect(sms).toMatchObject({ from: SUPPORT, to: MARIA, body: 'It ships today.' })
  expect(twilio.sent).toHaveLength(1)
})

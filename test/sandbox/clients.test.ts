import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { wallClock } from '../../src/clock.ts'
import { createIntercom } from '../../src/intercom/client.ts'
import { readNotification } from '../../src/rules/agent-reply.ts'
import { type IntercomStandIn, startIntercom } from '../../src/sandbox/intercom-server.ts'
import { startTwilio, type TwilioStandIn } from '../../src/sandbox/twilio-server.ts'
import { createTwilio } from '../../src/twilio/client.ts'
import { config } from '../intercom/helpers.ts'
import { ACCOUNT_SID, AUTH_TOKEN, MARIA, OUR_NUMBER, sdkConfig } from '../twilio/settings.ts'
import { startBridge } from './bridge.ts'

/** The bridge's own clients against the stand-ins: what the story tests rest on. */
let intercomStandIn: IntercomStandIn
let twilioStandIn: TwilioStandIn
let bridge: Awaited<ReturnType<typeof startBridge>>
let intercom: ReturnType<typeof createIntercom>

beforeEach(async () => {
  bridge = await startBridge()
  twilioStandIn = await startTwilio({ accountSid: ACCOUNT_SID, authToken: AUTH_TOKEN, numbers: [OUR_NUMBER] })
  const admins = [
    { id: '991267696', name: 'Bridge' },
    { id: '200', name: 'Sam Stone' },
  ]
  const { accessToken } = config().intercom
  intercomStandIn = await startIntercom({ accessToken, clientSecret: 'current-secret', appId: 'abc123def', admins })
  twilioStandIn.bridgeUrl = intercomStandIn.bridgeUrl = bridge.url
  intercom = createIntercom(config({ apiUrl: intercomStandIn.url, customApiUrl: true }), { now: wallClock })
})

afterEach(async () => {
  await Promise.all([twilioStandIn.close(), intercomStandIn.close(), bridge.close()])
})

const contactOfMaria = () => intercom.createContact({ role: 'user', externalId: `sms:${MARIA}`, phone: MARIA })

test('a contact is created once, found, and found again where it was merged into', async () => {
  const contact = await contactOfMaria()
  expect(await contactOfMaria()).toEqual(contact)
  expect(await intercom.searchContacts({ phones: [MARIA] })).toEqual([contact])
  const other = intercomStandIn.addContact({ email: 'maria@example.com' })
  intercomStandIn.mergeContacts(contact.id, other.id)
  expect(await intercom.findContactByExternalId(`sms:${MARIA}`)).toMatchObject({ id: other.id, phone: MARIA })
})

test('a conversation is opened, replied to, noted, tagged, marked read and read', async () => {
  const { id: contactId } = await contactOfMaria()
  const { conversationId } = await intercom.openConversation({ contactId, body: 'Hi' })
  const file = { name: 'cat.png', contentType: 'image/png', data: Buffer.from('a picture') }
  const { partId } = await intercom.appendPart({ conversationId, contactId, body: 'See', files: [file] })
  await intercom.postNote({ conversationId, html: '<p>noted</p>' })
  await intercom.tagConversation(conversationId)
  await intercom.markRead(conversationId)
  await intercom.setContactAttributes(contactId, { last_sms_sid: 'SM1' })
  const [conversation] = intercomStandIn.conversations
  expect(conversation).toMatchObject({ read: true, tags: [{ name: 'sms-channel' }] })
  expect(conversation?.parts).toMatchObject([{ id: partId, attachments: [file] }, { partType: 'note' }])
  expect(intercomStandIn.contacts[0]?.customAttributes).toEqual({ last_sms_sid: 'SM1' })
  expect(await intercom.getConversation(conversationId)).toMatchObject({ contactIds: [contactId], state: 'open' })
  expect(await intercom.searchConversations({ contactId, since: 0 })).toMatchObject([{ id: conversationId }])
})

test("the webhooks of an agent's first reply are read as one reply with its file", async () => {
  const { id: contactId } = await contactOfMaria()
  const { conversationId } = await intercom.openConversation({ contactId, body: 'Hi' })
  const attachments = [{ name: 'a b.txt', contentType: 'text/plain', data: Buffer.from('terms') }]
  const part = intercomStandIn.agent.reply(conversationId, 'Hello', { attachments })
  await intercomStandIn.delivered()
  const facts = intercomStandIn.deliveries
    .flatMap(({ payload }) => readNotification(payload, { relayBots: true, tag: 'sms-channel' }))
    .filter(({ kind }) => kind === 'reply.sent')
  expect(new Set(facts.map(({ key }) => key)).size).toBe(1)
  expect(facts[0]).toMatchObject({ conversationId, body: { partId: part.id, attachments: [{ name: 'a b.txt' }] } })
  expect((await intercom.fetchAttachment(part.attachments[0]?.url ?? '')).data.toString()).toBe('terms')
})

test('a text is sent, listed, and its media fetched', async () => {
  const twilio = createTwilio(sdkConfig({ apiUrl: twilioStandIn.url }))
  const statusCallback = `${bridge.url}/webhooks/twilio/status?k=1.1`
  const sent = await twilio.send({ from: OUR_NUMBER, to: MARIA, body: 'Hi', mediaUrls: [], statusCallback })
  const media = [{ contentType: 'image/png', data: Buffer.from('a picture') }]
  const { sid } = await twilioStandIn.text({ from: MARIA, to: OUR_NUMBER, body: '', media })
  await twilioStandIn.until(() => twilioStandIn.statusOf(sent.sid) === 'delivered')
  const inbound = twilioStandIn.messages.find((message) => message.sid === sid)
  expect((await twilio.fetchMedia(inbound?.mediaUrls[0] ?? '')).data.toString()).toBe('a picture')
  expect(await twilio.list({ since: 0 })).toMatchObject([
    { sid, mediaCount: 1 },
    { sid: sent.sid, status: 'delivered' },
  ])
})

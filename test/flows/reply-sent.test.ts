import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type Flows, MARIA, refusal, SUPPORT, startFlows } from '../support/flows.ts'
import { inConversation, reply, text } from './situations.ts'

let flows: Flows
beforeEach(async () => {
  flows = await startFlows()
})
afterEach(() => flows.close())

const FILE = { url: 'https://downloads.intercomcdn.com/a', name: 'invoice.pdf', contentType: 'application/pdf' }
const file = { name: 'a', contentType: 'application/pdf', data: Buffer.from('%PDF') }
const outbound = async () => (await flows.messages()).filter(({ direction }) => direction === 'outbound')

test('a reply is a text from the number she wrote to', async () => {
  await inConversation(flows)
  expect(await flows.tell('reply.sent', reply())).toBe('done')
  await flows.finish('sms.send')
  expect(flows.twilio.sent).toMatchObject([{ from: SUPPORT, to: MARIA, body: 'It ships today.', mediaUrls: [] }])
  expect(flows.twilio.sent[0]?.statusCallback).toMatch(
    /^https:\/\/bridge\.example\/webhooks\/twilio\/status\?k=\d+\.1$/,
  )
})

test('a conversation that is none of ours is left alone', async () => {
  await inConversation(flows)
  expect(await flows.tell('reply.sent', reply({ conversationId: 'elsewhere' }))).toBe('done')
  expect(await flows.effects()).toEqual([])
})

test('a reply in a conversation that is being opened this moment is kept until that is done', async () => {
  await flows.tell('sms.received', text())
  await flows.make('part.post')
  await flows.doubt('part.post')
  expect(await flows.tell('reply.sent', reply())).toEqual({ waitMs: 500 })
  expect(await flows.tell('reply.sent', reply({ contactIds: [] }))).toEqual({ waitMs: 500 })
  expect(await flows.tell('reply.sent', reply({ contactIds: ['somebody else'] }))).toBe('done')
})

test('a reply in an old conversation still finds its customer', async () => {
  await inConversation(flows)
  await flows.tell('conversation.changed', { conversationId: 'conversation-1', change: 'deleted', at: flows.clock.now })
  await flows.tell('sms.received', text())
  await flows.finish('part.post')
  await flows.tell('reply.sent', reply({ conversationId: 'conversation-1' }))
  expect(await outbound()).toHaveLength(1)
})

test('what may be a prompt of Intercom is looked at two seconds later: a prompt is not texted', async () => {
  await inConversation(flows)
  await flows.tell('reply.sent', reply({ partId: 'part-5', maybePrompt: true }))
  const [effect] = await flows.effects('reply.read')
  expect(await flows.plan('reply.read')).toEqual({ waitUntil: Number(effect?.createdAt) + 2000 })
  flows.clock.now += 2000
  const author = { type: 'bot', id: '7', fromAi: false }
  const part = { id: 'part-5', partType: 'comment', body: 'Get notified', createdAt: 0, author, redacted: false }
  const sibling = { ...part, id: 'part-6', partType: 'attribute_collector' }
  flows.intercom.conversations[0]?.parts.push(part, sibling)
  await flows.finish('reply.read')
  expect(await outbound()).toEqual([])
})

test('what only might have been a prompt is texted after the look', async () => {
  await inConversation(flows)
  await flows.tell('reply.sent', reply({ maybePrompt: true }))
  flows.clock.now += 2000
  await flows.finish('reply.read')
  expect(await outbound()).toMatchObject([{ body: 'It ships today.' }])
})

test('what could not be looked at is texted rather than lost, and a retry of it would not text again', async () => {
  await inConversation(flows)
  await flows.tell('reply.sent', reply({ maybePrompt: true }))
  flows.clock.now += 2000
  await flows.refuse('reply.read', refusal({ status: 503 }))
  expect(await outbound()).toHaveLength(1)
  expect(await flows.db.selectFrom('effects').select('id').where('state', '=', 'dead').execute()).toEqual([])
})

test('an attachment is fetched and travels with the words', async () => {
  flows.intercom.files[FILE.url] = file
  await inConversation(flows)
  await flows.tell('reply.sent', reply({ attachments: [FILE] }))
  expect(await flows.finish('reply.read')).toEqual(['fetch attachments'])
  await flows.finish('sms.send')
  expect(flows.twilio.sent).toMatchObject([{ body: 'It ships today.', mediaUrls: ['https://bridge.example/media/1'] }])
})

test('an inline image counts as an attachment, once', async () => {
  flows.intercom.files[FILE.url] = file
  await inConversation(flows)
  await flows.tell('reply.sent', reply({ body: `<p>See</p><img src="${FILE.url}">`, attachments: [FILE] }))
  expect(await flows.plan('reply.read')).toMatchObject({ request: { urls: [{ url: FILE.url, name: 'invoice.pdf' }] } })
})

test('an attachment that can never be had does not hold back the words: the agent is told', async () => {
  flows.intercom.files[FILE.url] = refusal({ status: 404 })
  await inConversation(flows)
  await flows.tell('reply.sent', reply({ attachments: [FILE] }))
  await flows.finish('reply.read')
  expect(await outbound()).toMatchObject([{ body: 'It ships today.', media: '[]' }])
  expect(await flows.notes()).toEqual([expect.stringContaining('“invoice.pdf” was not sent')])
})

test('an attachment that may yet be had is waited for', async () => {
  flows.intercom.files[FILE.url] = refusal({ status: 503, permanent: false })
  await inConversation(flows)
  await flows.tell('reply.sent', reply({ attachments: [FILE] }))
  await expect(flows.make('reply.read')).rejects.toMatchObject({ status: 503 })
  expect(await outbound()).toEqual([])
})

test('where files are not texted, the words go and the agent is told', async () => {
  await flows.close()
  flows = await startFlows('media: { outbound: "off" }')
  await inConversation(flows)
  await flows.tell('reply.sent', reply({ attachments: [FILE] }))
  expect(await flows.effects('reply.read')).toEqual([])
  expect(await outbound()).toMatchObject([{ body: 'It ships today.' }])
  expect(await flows.notes()).toEqual([expect.stringContaining('switched off')])
})

test('words of a kind nobody has seen are not texted: the agent is asked', async () => {
  await inConversation(flows)
  await flows.tell('reply.unknown', { conversationId: 'conversation-1', partId: 'p', partType: 'hologram' })
  expect(await outbound()).toEqual([])
  expect(await flows.notes()).toEqual([expect.stringContaining('A reply of type “hologram” was not texted')])
})

import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type Flows, MARIA, refusal, startFlows } from '../support/flows.ts'
import { inConversation, reply, text } from './situations.ts'

let flows: Flows
beforeEach(async () => {
  flows = await startFlows()
})
afterEach(() => flows.close())

const outbound = async () => (await flows.messages()).filter(({ direction }) => direction === 'outbound')
const ZIP = { url: 'https://downloads.intercomcdn.com/z', name: 'all.zip', contentType: 'application/zip' }

test('a reply longer than one message goes in several, in order, in one lane', async () => {
  await flows.close()
  flows = await startFlows('replies: { maxSegments: 30 }')
  await inConversation(flows)
  const words = Array.from({ length: 400 }, (_, i) => `word${i}`).join(' ')
  await flows.tell('reply.sent', reply({ body: words }))
  const messages = await outbound()
  expect(messages.length).toBeGreaterThan(1)
  expect(messages.map(({ body }) => body).join(' ')).toBe(words)
  const effects = await flows.effects('sms.send')
  expect(effects.map(({ messageId }) => messageId)).toEqual(messages.map(({ id }) => id))
  expect(new Set(effects.map(({ lane }) => lane))).toEqual(new Set([`phone:${MARIA}`]))
})

test('when one piece is refused the rest stays back, and the agent hears of it once', async () => {
  await flows.close()
  flows = await startFlows('replies: { maxSegments: 50 }')
  await inConversation(flows)
  await flows.tell('reply.sent', reply({ body: 'word '.repeat(900) }))
  await flows.finish('sms.send')
  await flows.refuse('sms.send', refusal({ vendor: 'twilio', code: '21610' }))
  expect((await outbound()).map(({ status }) => status)).toEqual(['sent', 'failed', 'canceled'])
  expect(await flows.effects('sms.send')).toEqual([])
  expect(await flows.notes()).toHaveLength(1)
})

test('a reply of too many segments is not sent: it says so itself and in a note', async () => {
  await inConversation(flows)
  await flows.tell('reply.sent', reply({ body: 'x'.repeat(1531) }))
  expect(await outbound()).toMatchObject([{ status: 'failed', segments: 11, error_code: 'too_long' }])
  expect(await flows.effects('sms.send')).toEqual([])
  expect(await flows.notes()).toEqual([expect.stringMatching(/11 SMS segments; at most 10/)])
})

test('ten segments are not too many', async () => {
  await inConversation(flows)
  await flows.tell('reply.sent', reply({ body: 'x'.repeat(1530) }))
  expect(await outbound()).toMatchObject([{ status: 'queued', segments: 10 }])
})

test('a file no phone takes goes as a link, and the agent is told', async () => {
  flows.intercom.files[ZIP.url] = { name: 'z', contentType: 'application/zip', data: Buffer.from('PK') }
  await inConversation(flows)
  await flows.tell('reply.sent', reply({ attachments: [ZIP] }))
  await flows.finish('reply.read')
  expect(await outbound()).toMatchObject([
    { channel: 'sms', body: 'It ships today.\nall.zip: https://bridge.example/media/1' },
  ])
  expect(await flows.notes()).toEqual([expect.stringContaining('“all.zip” was sent as a link')])
})

test('a file without words is a message of its own', async () => {
  const picture = { ...ZIP, name: 'map.png', contentType: 'image/png' }
  flows.intercom.files[ZIP.url] = { name: 'z', contentType: 'image/png', data: Buffer.from('png') }
  await inConversation(flows)
  await flows.tell('reply.sent', reply({ body: '', attachments: [picture] }))
  await flows.finish('reply.read')
  expect(await outbound()).toMatchObject([{ channel: 'mms', body: '' }])
})

test('files travel with the first piece of a long reply only', async () => {
  await flows.close()
  flows = await startFlows('replies: { maxSegments: 50 }')
  const picture = { ...ZIP, name: 'map.png', contentType: 'image/png' }
  flows.intercom.files[ZIP.url] = { name: 'z', contentType: 'image/png', data: Buffer.from('png') }
  await inConversation(flows)
  await flows.tell('reply.sent', reply({ body: 'word '.repeat(600), attachments: [picture] }))
  await flows.finish('reply.read')
  expect((await outbound()).map(({ media }) => JSON.parse(media).length)).toEqual([1, 0])
})

test('a reply without words or files is no text', async () => {
  await inConversation(flows)
  await flows.tell('reply.sent', reply({ body: '<p> </p>' }))
  expect(await outbound()).toEqual([])
})

test('a sender that is only a name cannot be answered', async () => {
  await flows.tell('sms.received', text({ from: 'MYBANK' }))
  await flows.finish('part.post')
  await flows.tell('reply.sent', reply())
  expect(await outbound()).toMatchObject([{ status: 'failed', error_code: 'not_a_number' }])
  expect(await flows.effects('sms.send')).toEqual([])
  expect(await flows.notes()).toEqual([expect.stringContaining('cannot receive texts')])
})

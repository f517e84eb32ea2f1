import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type Flows, NOW, startFlows } from '../support/flows.ts'
import { inConversation, partSeen, text } from './situations.ts'

let flows: Flows
beforeEach(async () => {
  flows = await startFlows()
})
afterEach(() => flows.close())

const last = async () => (await flows.messages()).at(-1)

async function appendInDoubt(): Promise<void> {
  await inConversation(flows)
  await flows.tell('sms.received', text())
  await flows.doubt('part.post')
}

async function openingInDoubt(): Promise<void> {
  await flows.tell('sms.received', text())
  await flows.make('part.post')
  await flows.doubt('part.post')
}

test('a part that came back proves the call in doubt', async () => {
  await appendInDoubt()
  expect(await flows.tell('part.seen', partSeen())).toBe('done')
  expect(await last()).toMatchObject({ status: 'posted', part_id: 'part-9', conversation_id: 'conversation-1' })
  expect(await flows.effects('part.post')).toEqual([])
})

test('a first message that came back proves an opening in doubt', async () => {
  await openingInDoubt()
  await flows.tell('part.seen', partSeen({ partId: null, conversationId: 'c7' }))
  expect(await last()).toMatchObject({ status: 'posted', conversation_id: 'c7' })
  const orders = (await flows.effects('conversation.manage')).map(({ body }) => JSON.parse(body))
  expect(orders).toContainEqual({ do: 'tag', conversationId: 'c7' })
})

test.each([
  ['other words', { body: '<p>Goodbye</p>' }],
  ['another conversation', { conversationId: 'elsewhere' }],
  ['an hour before the call', { createdAt: NOW - 3_600_000 }],
  ['a part that is on another message', { partId: 'source-conversation-1' }],
])('it proves nothing: %s', async (_, o) => {
  await appendInDoubt()
  expect(await flows.tell('part.seen', partSeen(o))).toBe('done')
  expect(await last()).toMatchObject({ status: 'received' })
})

test.each([
  ['another contact', { contactIds: ['somebody else'] }],
  ['a later part', { partId: 'part-9' }],
])('it proves nothing of an opening: %s', async (_, o) => {
  await openingInDoubt()
  await flows.tell('part.seen', partSeen({ partId: null, ...o }))
  expect(await last()).toMatchObject({ status: 'received' })
})

test('the first message of her conversation with another number proves nothing', async () => {
  await inConversation(flows)
  await flows.tell('sms.received', text({ body: 'First', to: '+12025550198' }))
  await flows.doubt('part.post')
  await flows.tell('part.seen', partSeen({ partId: null, body: '<p>First</p>' }))
  expect(await last()).toMatchObject({ status: 'received', conversation_id: null })
})

test('while the call is still under way, its own answer is waited for', async () => {
  await appendInDoubt()
  await flows.db
    .updateTable('effects')
    .set({ state: 'sending' })
    .where('kind', '=', 'part.post')
    .where('state', '=', 'uncertain')
    .execute()
  expect(await flows.tell('part.seen', partSeen())).toEqual({ waitMs: 500 })
  expect(await last()).toMatchObject({ status: 'received' })
})

test('two texts with the same words in doubt are proven one by one', async () => {
  await appendInDoubt()
  await flows.tell('part.seen', partSeen())
  await flows.tell('sms.received', text())
  await flows.doubt('part.post')
  await flows.tell('part.seen', partSeen())
  expect(await last()).toMatchObject({ status: 'received' })
  await flows.tell('part.seen', partSeen({ partId: 'part-10' }))
  expect(await last()).toMatchObject({ status: 'posted', part_id: 'part-10' })
})

test('words proven to be there are followed by their files', async () => {
  const media = [{ url: 'https://api.twilio.com/photo', contentType: 'image/jpeg' }]
  await flows.tell('sms.received', text({ media }))
  await flows.make('part.post')
  await flows.doubt('part.post')
  await flows.tell('part.seen', partSeen({ partId: null, conversationId: 'c7' }))
  expect(await flows.plan('part.post')).toMatchObject({ step: 'append part', request: { body: '[1 picture]', media } })
})

import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { NOW } from '../support/flows.ts'
import { HOUR, INSTALLED, MINUTE, part, type Rig, startRig } from './rig.ts'

let rig: Rig
beforeEach(async () => {
  rig = await startRig()
})
afterEach(() => rig.close())

const told = async () => (await rig.facts()).map(({ kind, body }) => `${kind} ${body.body ?? body.change ?? ''}`.trim())
const BOT = { type: 'bot', id: '1' }

test('missed replies are recorded in the order they were written', async () => {
  const at = (minutes: number) => ({ at: NOW - minutes * MINUTE })
  await rig.conversation('1', [part('one', at(30)), part('two', at(20)), part('three', at(10))])
  expect(await rig.reconciler.run()).toEqual({ texts: 0, statuses: 0, replies: 3 })
  expect(await told()).toEqual(['reply.sent one', 'reply.sent two', 'reply.sent three'])
})

test('a reply is the fact its webhook would have been', async () => {
  const reply = part('It ships today.')
  await rig.conversation('1', [reply])
  await rig.reconciler.run()
  expect(await rig.facts()).toMatchObject([
    { key: `reply:${reply.id}`, body: { conversationId: '1', partId: reply.id, contactIds: ['contact-1'] } },
  ])
  expect((await rig.reconciler.run()).replies).toBe(0)
})

test('closing and opening are found as well, in their place among the replies', async () => {
  const at = (minutes: number, type: string) => ({ at: NOW - minutes * MINUTE, type })
  await rig.conversation('1', [part('Bye', at(30, 'close')), part(null, at(20, 'open')), part('Hi', at(10, 'comment'))])
  await rig.reconciler.run()
  expect(await told()).toEqual([
    'reply.sent Bye',
    'conversation.changed closed',
    'conversation.changed opened',
    'reply.sent Hi',
  ])
})

test('what customers write, notes and states are no replies', async () => {
  const customer = { author: { type: 'user', id: 'contact-1' } }
  const parts = [part('Hello?', customer), part('Be careful', { type: 'note' }), part(null, { type: 'assignment' })]
  await rig.conversation('1', parts)
  await rig.reconciler.run()
  expect(await told()).toEqual([])
})

test('a bot’s line may be a prompt, so it is looked at before it is texted', async () => {
  const collector = part(null, { type: 'attribute_collector', author: BOT })
  await rig.conversation('1', [part('Give us your e-mail:', { author: BOT }), collector])
  await rig.reconciler.run()
  expect(await rig.facts()).toMatchObject([{ kind: 'reply.sent', body: { maybePrompt: true } }])
})

test('bots are left out where their replies are not texted', async () => {
  await rig.close()
  rig = await startRig('replies: { relayBots: false }')
  await rig.conversation('1', [part('I am a bot', { author: BOT }), part('I am Sam')])
  await rig.reconciler.run()
  expect(await told()).toEqual(['reply.sent I am Sam'])
})

test('a reply of a kind nobody has seen is told to the agents', async () => {
  await rig.conversation('1', [part('Hi', { type: 'new_kind_of_reply' })])
  await rig.reconciler.run()
  expect(await rig.facts()).toMatchObject([{ kind: 'reply.unknown', body: { partType: 'new_kind_of_reply' } }])
})

test('conversations that are not with one of our customers are not even read', async () => {
  const read: string[] = []
  rig.intercom.changedConversations = async () => [{ id: '7', begunAt: null }]
  rig.intercom.readConversation = async (id) => void read.push(id)
  await rig.reconciler.run()
  expect(read).toEqual([])
})

test('a conversation that is gone by the time it is read is passed over', async () => {
  await rig.conversation('1', [part('Hi')])
  rig.intercom.readConversation = async () => null
  expect((await rig.reconciler.run()).replies).toBe(0)
})

test('parts from before a conversation was ours are history, also when history is asked for', async () => {
  await rig.conversation('1', [part('before', { at: NOW - 3 * HOUR }), part('after')], NOW - 2 * HOUR)
  await rig.reconciler.run(INSTALLED - 1000 * HOUR)
  expect(await told()).toEqual(['reply.sent after'])
})

test('parts from before the last look are not read again', async () => {
  await rig.setCursor('intercom', NOW)
  await rig.conversation('1', [part('old', { at: NOW - 7 * HOUR }), part('new')])
  await rig.reconciler.run()
  expect(await told()).toEqual(['reply.sent new'])
})

test('of a long absence every reply is found, however many there are', async () => {
  const parts = Array.from({ length: 320 }, (_, n) => part(`reply ${n}`, { at: NOW - HOUR + n * 1000 }))
  await rig.conversation('1', parts)
  expect((await rig.reconciler.run()).replies).toBe(320)
  expect((await told()).slice(0, 2)).toEqual(['reply.sent reply 0', 'reply.sent reply 1'])
})

test('nonsense in place of a conversation is no reason to stop', async () => {
  await rig.conversation('1', [part('Hi')])
  const read = rig.intercom.readConversation
  await rig.conversation('2', [])
  rig.intercom.readConversation = async (id) => (id === '2' ? 'nonsense' : read(id))
  expect((await rig.reconciler.run()).replies).toBe(1)
})

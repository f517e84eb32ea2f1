import { afterEach, expect, test } from '@jest/globals'
import { type Flows, refusal, startFlows } from '../support/flows.ts'
import { inConversation, text as sms } from './situations.ts'

const MINUTE = 60_000
let flows: Flows
afterEach(() => flows.close())

const post = () => flows.make('notification.post')
const bodies = (n = 0) => flows.told[n]?.letter.events.map(({ data }) => 'message' in data && data.message?.body)
const states = async () => {
  const rows = await flows.db.selectFrom('effects').selectAll().where('kind', '=', 'notification.post').execute()
  return rows.map(({ state }) => state)
}

async function open(more: string): Promise<void> {
  flows = await startFlows(
    `notify: [{ kind: slack, url: "https://hooks.slack.com/x", events: [message.received]${more} }]`,
  )
}
const text = (body: string) => flows.tell('sms.received', sms({ sid: `SM-${body}`, body }))

test('a digest is complete when its time comes, and stays the same however often it is sent', async () => {
  await open(', digestMinutes: 5')
  await text('one')
  await text('two')
  expect(await flows.plan('notification.post')).toEqual({ waitUntil: flows.clock.now + 5 * MINUTE })
  flows.clock.now += 5 * MINUTE
  await flows.doubt('notification.post')
  await text('three')
  await flows.db.updateTable('effects').set({ state: 'ready' }).where('state', '=', 'uncertain').execute()
  await post()
  expect(bodies()).toEqual(['one', 'two'])
  expect(await states()).toEqual(['done', 'done', 'ready'])
  expect(flows.told[0]?.letter.id).toMatch(/^digest_evt_/)
})

test('a target that was taken out of the behaviour file is not told any more', async () => {
  await open('')
  await text('one')
  await flows.db
    .updateTable('effects')
    .set((e) => ({ body: e.fn('replace', ['body', e.val('"target":"'), e.val('"target":"gone')]) }))
    .execute()
  expect(await flows.plan('notification.post')).toBe('nothing to do')
})

test.each([
  ['after all its attempts', false, ['dead', 'dead']],
  ['for good', true, ['dead', 'ready']],
])('what waits behind a letter that is given up %s', async (_, permanent, wanted) => {
  await open('')
  await text('one')
  await text('two')
  flows.clock.now += MINUTE
  await flows.refuse('notification.post', refusal({ vendor: 'notify', permanent }))
  expect(await states()).toEqual(wanted)
})

test('the news of a text waits a moment for its conversation, and no longer', async () => {
  await open('')
  await text('one')
  expect(await flows.plan('notification.post')).toEqual({ waitUntil: flows.clock.now + 250 })
  flows.clock.now += 5001
  await post()
  expect(flows.told[0]?.letter.events[0]).toMatchObject({ url: null, data: { message: { status: 'received' } } })
})

test('nothing is written down for what nobody wants to hear', async () => {
  await open(', when: { contains: urgent }')
  await inConversation(flows)
  expect(await states()).toEqual([])
})

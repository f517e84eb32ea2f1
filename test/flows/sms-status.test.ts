import { afterEach, beforeEach, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { doorTroubles, shutDoor } from '../../src/queue/pace.ts'
import { type Flows, startFlows } from '../support/flows.ts'
import { inConversation, reply, status } from './situations.ts'

let flows: Flows
/** What the StatusCallback of Sam's text carries. */
let marker: string
beforeEach(open)
afterEach(() => flows.close())

async function open(): Promise<void> {
  flows = await startFlows()
  await inConversation(flows)
  await flows.tell('reply.sent', reply())
  const [effect] = await flows.effects('sms.send')
  marker = `${effect?.id}.1`
}

const sms = async () => (await flows.messages()).find(({ direction }) => direction === 'outbound')

test.each([
  [['sent', 'delivered'], 'delivered', 0],
  [['delivered', 'sent'], 'delivered', 0],
  [['queued', 'sending', 'sent'], 'sent', 0],
  [['sent', 'undelivered'], 'undelivered', 1],
  [['undelivered', 'sent', 'undelivered'], 'undelivered', 1],
  [['failed', 'undelivered', 'delivered'], 'failed', 1],
])('callbacks %j after the answer: %s, with %i notes', async (statuses, last, notes) => {
  await flows.finish('sms.send')
  for (const one of statuses) await flows.tell('sms.status', status({ status: one, errorCode: 30005, marker }))
  expect(await sms()).toMatchObject({ status: last, twilio_sid: 'SM1' })
  expect(await flows.notes()).toHaveLength(notes)
})

test.each(['sent', 'delivered', 'undelivered', 'failed'])(
  'the same callback, %s, before or without the answer ends the same way',
  async (reported) => {
    await flows.doubt('sms.send')
    await flows.tell('sms.status', status({ sid: 'SM5', status: reported, errorCode: 30006, marker }))
    expect(await sms()).toMatchObject({ status: reported, twilio_sid: 'SM5' })
    expect(await flows.effects('sms.send')).toEqual([])
    expect(await flows.notes()).toHaveLength(['failed', 'undelivered'].includes(reported) ? 1 : 0)
  },
)

test('whatever the order, and however often: one end, and one note if it is a sad one', async () => {
  const statuses = fc.shuffledSubarray(['queued', 'sent', 'undelivered', 'sending', 'sent', 'undelivered'], {
    minLength: 1,
  })
  const holds = fc.asyncProperty(statuses, fc.nat(6), async (reported, answerAfter) => {
    await flows.close()
    await open()
    await flows.doubt('sms.send')
    for (const [index, one] of reported.entries()) {
      if (index === answerAfter && (await flows.effects('sms.send')).length > 0) {
        await flows.db.updateTable('effects').set({ state: 'ready' }).where('kind', '=', 'sms.send').execute()
        await flows.make('sms.send')
      }
      await flows.tell('sms.status', status({ status: one, errorCode: 30005, marker }))
    }
    const sad = reported.includes('undelivered')
    expect(await sms()).toMatchObject({ status: sad ? 'undelivered' : 'sent', twilio_sid: 'SM1' })
    expect(await flows.notes()).toHaveLength(sad ? 1 : 0)
  })
  await fc.assert(holds, { numRuns: 40 })
})

test('an unknown text of which proof comes late is sent after all', async () => {
  await flows.doubt('sms.send')
  await flows.db.updateTable('messages').set({ status: 'unknown' }).where('direction', '=', 'outbound').execute()
  await flows.db.updateTable('effects').set({ state: 'unknown' }).where('kind', '=', 'sms.send').execute()
  await flows.tell('sms.status', status({ sid: 'SM5', status: 'sent', marker }))
  expect(await sms()).toMatchObject({ status: 'sent', twilio_sid: 'SM5' })
})

test('a callback that proves a call proves as well that the token is good again', async () => {
  await flows.doubt('sms.send')
  await flows.tx((tx) => shutDoor(tx, 'twilio', Date.now(), 'Twilio refused the token.'))
  await flows.tell('sms.status', status({ status: 'sent', marker }))
  expect(await flows.tx((tx) => doorTroubles(tx))).toEqual([])
})

test('the reason of a failure is in the row and in the note', async () => {
  await flows.finish('sms.send')
  await flows.tell('sms.status', status({ status: 'failed', errorCode: 30005 }))
  expect(await sms()).toMatchObject({ error_code: '30005', error_message: 'Twilio says 30005. Call instead.' })
  expect(await flows.notes()).toEqual([expect.stringContaining('Twilio says 30005. Call instead.')])
})

test.each([
  ['no marker', {}],
  ['a marker of nothing', { marker: '999.1' }],
  ['a marker that is no number', { marker: 'x.y' }],
])('a callback of a text that is none of ours is left alone: %s', async (_, o) => {
  await flows.doubt('sms.send')
  await flows.tell('sms.status', status({ sid: 'SM404', status: 'delivered', ...o }))
  expect(await sms()).toMatchObject({ status: 'sending', twilio_sid: null })
})

test('a marker of another kind of effect proves nothing', async () => {
  await flows.finish('sms.send')
  const [other] = await flows.effects('conversation.manage')
  await flows.tell('sms.status', status({ sid: 'SM404', status: 'failed', marker: `${other?.id}.1` }))
  expect(await flows.effects('conversation.manage')).toHaveLength(1)
  expect(await sms()).toMatchObject({ status: 'sent' })
})

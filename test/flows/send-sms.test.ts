import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { ListedSms } from '../../src/flows/ports.ts'
import { type Flows, MARIA, NOW, refusal, SUPPORT, startFlows } from '../support/flows.ts'
import { inConversation, reply } from './situations.ts'

let flows: Flows
beforeEach(async () => {
  flows = await startFlows()
  await inConversation(flows)
  await flows.tell('reply.sent', reply())
})
afterEach(() => flows.close())

const sms = async () => (await flows.messages()).find(({ direction }) => direction === 'outbound')
const listed = (o: Partial<ListedSms> = {}): ListedSms => ({
  ...{
    sid: 'SM77',
    status: 'sent',
    segments: 1,
    price: null,
    priceUnit: 'USD',
    direction: 'outbound-api',
    from: SUPPORT,
    to: MARIA,
  },
  ...{ body: 'It ships today.', mediaCount: 0, serviceSid: null, errorCode: null, createdAt: NOW, sentAt: NOW },
  ...o,
})

test('an accepted text is sent, the conversation read, and the contact knows its SID', async () => {
  await flows.finish('sms.send')
  expect(await sms()).toMatchObject({ status: 'sent', twilio_sid: 'SM1', segments: 1 })
  await flows.finish('conversation.manage')
  await flows.finish('contact.update')
  expect(flows.intercom.calls).toEqual([
    'markRead conversation-1',
    'setContactAttributes contact-1 {"last_sms_sid":"SM1"}',
  ])
})

test('where that is not wanted, the conversation stays unread', async () => {
  await flows.close()
  flows = await startFlows('replies: { markRead: false }')
  await inConversation(flows)
  await flows.tell('reply.sent', reply())
  await flows.finish('sms.send')
  expect(await flows.effects('conversation.manage')).toEqual([])
})

test('a refused text has failed, and one note says why', async () => {
  await flows.refuse('sms.send', refusal({ vendor: 'twilio', code: '21610' }))
  expect(await sms()).toMatchObject({ status: 'failed', error_code: '21610', error_message: 'It was refused.' })
  expect(await flows.notes()).toEqual([expect.stringMatching(/did not reach the customer.*It was refused.*21610/)])
})

test.each([
  ['the same words to the same number', {}, 'SM77'],
  ['a text she sent us', { direction: 'inbound' }, null],
  ['other words', { body: 'It ships tomorrow.' }, null],
  ['the same words, an hour before', { createdAt: NOW - 3_600_000 }, null],
])('a text in doubt is looked for in Twilio’s list: %s', async (_, o, sid) => {
  await flows.doubt('sms.send')
  flows.twilio.listed = [listed(o)]
  expect(await flows.lookUp('sms.send')).toEqual(sid === null ? null : expect.objectContaining({ sid }))
})

test('the same words sent a minute ago, and known, are not taken for the text in doubt', async () => {
  await flows.finish('sms.send')
  await flows.tell('reply.sent', reply({ partId: 'part-2' }))
  await flows.doubt('sms.send')
  flows.twilio.listed = [listed({ sid: 'SM1' })]
  expect(await flows.lookUp('sms.send')).toBeNull()
})

test('a text that is found to have failed is told like any other failure', async () => {
  const { id } = (await flows.effects('sms.send'))[0] ?? { id: 0 }
  flows.twilio.send = async () => listed({ status: 'undelivered', errorCode: 30005 })
  await flows.make('sms.send')
  expect(await sms()).toMatchObject({ status: 'undelivered', error_code: '30005' })
  expect(await flows.notes()).toEqual([expect.stringContaining('Twilio says 30005. Call instead.')])
  expect(id).toBeGreaterThan(0)
})

test('a text that has its SID by now is not sent', async () => {
  await flows.db.updateTable('messages').set({ twilio_sid: 'SM9' }).where('direction', '=', 'outbound').execute()
  expect(await flows.plan('sms.send')).toBe('nothing to do')
})

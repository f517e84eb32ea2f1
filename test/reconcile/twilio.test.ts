import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { addMessage } from '../../src/store/messages.ts'
import { threadOf } from '../../src/store/threads.ts'
import { MARIA, NOW, SUPPORT } from '../support/flows.ts'
import { HOUR, listed, MINUTE, type Rig, startRig } from './rig.ts'

const JOHN = '+12025550145'
const SALES = '+12025550198'

let rig: Rig
beforeEach(async () => {
  rig = await startRig()
})
afterEach(() => rig.close())

const bodies = async () => (await rig.facts()).map(({ body }) => body.body)

/** A text of ours that Twilio has under this SID. */
async function sent(sid: string, status: string): Promise<void> {
  await rig.tx(async (tx) => {
    const { id: threadId } = await threadOf(tx, SUPPORT, MARIA, NOW)
    const message = { threadId, direction: 'outbound' as const, channel: 'sms', body: 'Hi', media: [] }
    await addMessage(tx, { ...message, status, twilioSid: sid }, NOW)
  })
}
const outbound = (status: string, more = {}) =>
  listed({ direction: 'outbound-api', from: SUPPORT, to: MARIA, status, ...more })

test('missed texts are recorded in the order they were sent, whatever the order of the list', async () => {
  const at = (minutes: number, body: string, from = MARIA) => listed({ from, body, sentAt: NOW - minutes * MINUTE })
  rig.twilio.listed = [at(10, 'three'), at(30, 'one'), at(20, 'two', JOHN)]
  expect(await rig.reconciler.run()).toEqual({ texts: 3, statuses: 0, replies: 0 })
  expect(await bodies()).toEqual(['one', 'two', 'three'])
})

test('texts of the same second keep the order of the list, which has the newest first', async () => {
  rig.twilio.listed = ['three', 'two', 'one'].map((body) => listed({ body, sentAt: NOW - HOUR }))
  await rig.reconciler.run()
  expect(await bodies()).toEqual(['one', 'two', 'three'])
})

test('a missed text is the fact its webhook would have been, and says when it was sent', async () => {
  const sms = listed({ body: 'Hello?' })
  rig.twilio.listed = [sms]
  await rig.reconciler.run()
  const { sid } = sms
  const body = { sid, from: MARIA, to: SUPPORT, body: 'Hello?', media: [], place: {}, missedAt: NOW - HOUR }
  expect(await rig.facts()).toEqual([{ kind: 'sms.received', key: `sms:${sid}`, body }])
})

test('a text of a moment ago was not missed: it is on its way', async () => {
  rig.twilio.listed = [listed({ sentAt: NOW - MINUTE })]
  await rig.reconciler.run()
  expect((await rig.facts())[0]?.body).not.toHaveProperty('missedAt')
})

test('what was announced, or found before, is not recorded again', async () => {
  rig.twilio.listed = [listed(), listed()]
  await rig.reconciler.run()
  expect(await rig.reconciler.run()).toEqual({ texts: 0, statuses: 0, replies: 0 })
  expect(await rig.facts()).toHaveLength(2)
})

test('a text that the list shows hours late is found then', async () => {
  await rig.reconciler.run()
  rig.clock.now += HOUR
  rig.twilio.listed = [listed({ sentAt: NOW - 2 * HOUR })]
  expect((await rig.reconciler.run()).texts).toBe(1)
})

test('a webhook that comes between the look and the record makes no second fact', async () => {
  const sms = listed()
  rig.twilio.listed = [listed({ sid: sms.sid, mediaCount: 1 })]
  rig.twilio.listMedia = async () => {
    const fact = { key: `sms:${sms.sid}`, kind: 'sms.received', lane: 'inbox', body: '{"by":"webhook"}' }
    await rig.db
      .insertInto('facts')
      .values({ ...fact, state: 'ready', received_at: NOW })
      .execute()
    return []
  }
  await rig.reconciler.run()
  expect((await rig.facts()).map(({ body }) => body)).toEqual([{ by: 'webhook' }])
})

test('files come with the text, in the order of their list', async () => {
  const media = ['image/jpeg', 'application/pdf'].map((contentType) => ({
    url: `https://x/${contentType}`,
    contentType,
  }))
  rig.twilio.listed = [listed({ mediaCount: 2 })]
  rig.twilio.listMedia = async () => media
  await rig.reconciler.run()
  expect((await rig.facts()).map(({ body }) => body.media)).toEqual([media])
})

test('only our own senders are asked about', async () => {
  await rig.close()
  rig = await startRig('', { twilio: { accountSid: 'AC1', authTokens: ['t'], phoneNumbers: [SUPPORT, SALES] } })
  rig.twilio.listed = [
    listed({ body: 'support' }),
    listed({ to: SALES, body: 'sales' }),
    listed({ to: '+12025550111' }),
  ]
  await rig.reconciler.run()
  expect((await bodies()).sort()).toEqual(['sales', 'support'])
})

test('a text between two of our own numbers is one text', async () => {
  await rig.close()
  rig = await startRig('', { twilio: { accountSid: 'AC1', authTokens: ['t'], phoneNumbers: [SUPPORT, SALES] } })
  rig.twilio.listed = [listed({ from: SALES })]
  expect((await rig.reconciler.run()).texts).toBe(1)
})

test.each(['delivered', 'undelivered', 'failed', 'canceled'])(
  'a missed status "%s" of ours is recorded',
  async (status) => {
    const sms = outbound(status, { errorCode: status === 'undelivered' ? 30006 : null })
    await sent(sms.sid, 'sent')
    rig.twilio.listed = [sms]
    expect((await rig.reconciler.run()).statuses).toBe(1)
    const code = status === 'undelivered' ? { errorCode: 30006 } : {}
    expect((await rig.facts())[0]).toMatchObject({
      key: `status:${sms.sid}:${status}:${code.errorCode ?? '-'}`,
      body: { sid: sms.sid, status, to: MARIA, from: SUPPORT, ...code },
    })
  },
)

test.each([
  ['is on its way still', 'sent', 'sent'],
  ['is what we know already', 'delivered', 'delivered'],
  ['comes after another final one', 'failed', 'delivered'],
])('a status that %s is not', async (_, known, listedAs) => {
  const sms = outbound(listedAs)
  await sent(sms.sid, known)
  rig.twilio.listed = [sms]
  expect((await rig.reconciler.run()).statuses).toBe(0)
})

test('texts that others send from our number are none of ours', async () => {
  rig.twilio.listed = [outbound('delivered'), outbound('delivered', { direction: 'outbound-reply' })]
  expect(await rig.reconciler.run()).toEqual({ texts: 0, statuses: 0, replies: 0 })
})

test('thousands are found at once', async () => {
  rig.twilio.listed = Array.from({ length: 2500 }, (_, n) => listed({ body: String(n), sentAt: NOW - HOUR + n }))
  expect((await rig.reconciler.run()).texts).toBe(2500)
  expect((await bodies()).at(-1)).toBe('2499')
})

test('with a Messaging Service alone, what belongs to neither it nor a number of ours is left to its own app', async () => {
  await rig.close()
  rig = await startRig('', {
    twilio: { accountSid: 'AC1', authTokens: ['t'], phoneNumbers: [], messagingServiceSid: 'MG1' },
  })
  await sent('SM-known', 'delivered')
  rig.twilio.listed = [
    listed({ to: '+12025550177', body: 'for another app' }),
    listed({ to: '+12025550178', serviceSid: 'MG1', body: 'through the service' }),
    listed({ to: SUPPORT, body: 'to a number in use' }),
  ]
  await rig.reconciler.run()
  expect((await bodies()).toSorted()).toEqual(['through the service', 'to a number in use'])
})

import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { NOW, refusal } from '../support/flows.ts'
import { HOUR, INSTALLED, listed, MINUTE, part, type Rig, startRig } from './rig.ts'

let rig: Rig
beforeEach(async () => {
  rig = await startRig()
})
afterEach(() => rig.close())

const down = async () => {
  throw refusal({ code: '503', status: 503, permanent: false })
}

test('the first look goes back to the installation and no further', async () => {
  await rig.reconciler.run()
  expect([rig.asked.twilio[0], rig.asked.intercom[0]]).toEqual([INSTALLED, INSTALLED])
})

test('each look begins six hours before the last one began, since lists lag', async () => {
  await rig.setCursor('twilio', NOW - MINUTE)
  await rig.setCursor('intercom', NOW - 2 * MINUTE)
  await rig.reconciler.run()
  expect([rig.asked.twilio[0], rig.asked.intercom[0]]).toEqual([NOW - 6 * HOUR - MINUTE, NOW - 6 * HOUR - 2 * MINUTE])
})

test('after a long absence it looks back for a week at most', async () => {
  rig.clock.now = NOW + 30 * 24 * HOUR
  await rig.reconciler.run()
  expect(rig.asked.twilio[0]).toBe(rig.clock.now - 7 * 24 * HOUR)
})

test('history is read when it is asked for', async () => {
  await rig.reconciler.run(INSTALLED - 100 * HOUR)
  expect(rig.asked.twilio[0]).toBe(INSTALLED - 100 * HOUR)
})

test('the next look goes on from where this one began, not from where it ended', async () => {
  rig.intercom.changedConversations = async () => {
    rig.clock.now += MINUTE
    return []
  }
  await rig.reconciler.run()
  expect([await rig.cursor('twilio'), await rig.cursor('intercom')]).toEqual([NOW, NOW])
})

test('a look at the last hour only leaves what is before it to the next one', async () => {
  await rig.setCursor('twilio', NOW - 20 * HOUR)
  await rig.reconciler.run(NOW - HOUR)
  expect(await rig.cursor('twilio')).toBe(NOW - 20 * HOUR)
  await rig.reconciler.run(NOW - 29 * HOUR)
  expect(await rig.cursor('twilio')).toBe(NOW)
})

test('the cursor stays where it was when what was found did not get onto the disk', async () => {
  rig.twilio.listed = [listed()]
  await rig.conversation('1', [part('It ships today.')])
  rig.failing = true
  await expect(rig.reconciler.run()).rejects.toThrow('The disk is full')
  expect([await rig.cursor('twilio'), await rig.cursor('intercom')]).toEqual([null, null])

  rig.failing = false
  expect(await rig.reconciler.run()).toEqual({ texts: 1, statuses: 0, replies: 1 })
})

test('while Intercom is down, what Twilio has is found all the same', async () => {
  rig.twilio.listed = [listed()]
  rig.intercom.changedConversations = down
  await expect(rig.reconciler.run()).rejects.toThrow('refused')
  expect((await rig.facts()).map(({ kind }) => kind)).toEqual(['sms.received'])
  expect([await rig.cursor('twilio'), await rig.cursor('intercom')]).toEqual([NOW, null])
})

test('while Twilio is down, what Intercom has is found all the same', async () => {
  await rig.conversation('1', [part('It ships today.')])
  rig.twilio.list = down
  await expect(rig.reconciler.run()).rejects.toThrow('refused')
  expect((await rig.facts()).map(({ kind }) => kind)).toEqual(['reply.sent'])
  expect([await rig.cursor('twilio'), await rig.cursor('intercom')]).toEqual([null, NOW])
})

test('one conversation that cannot be read holds the cursor back', async () => {
  await rig.conversation('1', [part('one')])
  await rig.conversation('2', [part('two')])
  const read = rig.intercom.readConversation
  rig.intercom.readConversation = (id) => (id === '2' ? down() : read(id))
  await expect(rig.reconciler.run()).rejects.toThrow('refused')
  expect([(await rig.facts()).length, await rig.cursor('intercom')]).toEqual([1, null])
})

test('two who look at once look together; one who wants another time looks afterwards', async () => {
  const looks = await Promise.all([rig.reconciler.run(), rig.reconciler.run(), rig.reconciler.run(NOW - HOUR)])
  expect(rig.asked.intercom).toEqual([INSTALLED, NOW - HOUR])
  expect(looks[0]).toBe(looks[1])
})

test('a look that failed does not stand in the way of the next one', async () => {
  const works = rig.intercom.changedConversations
  rig.intercom.changedConversations = down
  const [first, second] = await Promise.allSettled([rig.reconciler.run(), rig.reconciler.run(NOW - HOUR)])
  expect([first.status, second.status]).toEqual(['rejected', 'rejected'])
  rig.intercom.changedConversations = works
  expect(await rig.reconciler.run()).toEqual({ texts: 0, statuses: 0, replies: 0 })
})

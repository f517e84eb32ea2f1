import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { shutUntil } from '../../src/queue/pace.ts'
import { effectNamed, type Rig, START, startRig, until } from '../queue/rig.ts'
import type { NewDatabase } from './databases.ts'

export function failures(newDatabase: NewDatabase): void {
  let rig: Rig
  beforeEach(async () => {
    rig = await startRig(await newDatabase())
  })
  afterEach(() => rig.close())

  const calls = () => rig.calls.map(({ what }) => what)

  test('a call that was surely not accepted is made again, later each time', async () => {
    rig.script.calls.a = ['busy', 'busy', 'busy']
    await rig.record('one', [{ name: 'a' }])
    await rig.idle()
    for (const wait of [1, 2, 4]) await rig.after(wait)
    expect(calls()).toEqual(['a', 'a', 'a', 'a'])
    expect(rig.told).toEqual(['accepted a'])
  })

  test('nothing is tried before its time', async () => {
    rig.script.calls.a = ['busy']
    await rig.record('one', [{ name: 'a' }])
    await rig.idle()
    await rig.after(0.5)
    expect(calls()).toEqual(['a'])
  })

  test('after the last allowed failure it is dead, its flow hears of it once, and the lane goes on', async () => {
    rig.script.calls.a = ['busy', 'busy', 'busy', 'busy', 'accepted']
    await rig.record('one', [{ name: 'a' }, { name: 'b' }])
    await rig.idle()
    for (let i = 0; i < 5; i++) await rig.after(60)
    expect(rig.told).toEqual(['gave up a', 'accepted b'])
    expect(rig.dead).toEqual(['text e1: It is busy.'])
    expect(await rig.state('a')).toBe('dead')
  })

  test('a service that cannot be reached at all uses up no attempts, and is asked again within half a minute', async () => {
    rig.script.calls.a = Array.from({ length: 20 }, () => 'away')
    await rig.record('one', [{ name: 'a' }])
    await rig.idle()
    for (let i = 0; i < 20; i++) await rig.after(30)
    expect(rig.told).toEqual(['accepted a'])
  })

  // The claim, the turns, what a turn that failed gives back: the lease itself would run out only after a minute.
  test.each([['1'], ['2'], ['3'], ['4'], ['1 2'], ['2 3']])(
    'commits whose answer never comes hold nobody up (number %s)',
    async (numbers) => {
      rig.script.lostCommits = numbers.split(' ').map(Number)
      await rig.record('one', [
        { name: 'a', kind: 'tag' },
        { name: 'b', kind: 'tag' },
      ])
      await until(async () => {
        await rig.after(1)
        return rig.told.includes('accepted b')
      })
      expect(rig.told).toEqual(['accepted a', 'accepted b'])
      expect(rig.clock.now - START).toBeLessThan(60_000)
    },
  )

  test('what cannot be decided does not undo the call before it', async () => {
    await rig.record('one', [{ name: 'a' }, { name: 'b', bug: 'plan' }, { name: 'c' }])
    await rig.idle()
    expect([calls(), await rig.state('a'), await rig.state('b')]).toEqual([['a'], 'done', 'ready'])
    for (let i = 0; i < 5; i++) await rig.after(60)
    expect(calls()).toEqual(['a', 'c'])
    expect(rig.dead).toEqual([expect.stringContaining('text e2: ')])
  })

  test('what is refused for good is dead at once', async () => {
    rig.script.calls.a = ['refused']
    await rig.record('one', [{ name: 'a' }, { name: 'b' }])
    await rig.idle()
    expect(rig.told).toEqual(['gave up a', 'accepted b'])
    expect(await effectNamed(rig.db, 'a')).toMatchObject({ state: 'dead', error: 'It was refused.' })
  })

  test('a refusal that could be mended is followed by a new plan at once, the next one after a wait', async () => {
    rig.script.refusal = 'next'
    rig.script.calls.a = ['refused', 'refused']
    await rig.record('one', [{ name: 'a' }])
    await rig.idle()
    expect(calls()).toEqual(['a', 'a'])
    await rig.after(2)
    expect(rig.told).toEqual(['mended a', 'mended a', 'accepted a'])
  })

  test('mending has an end as well', async () => {
    rig.script.refusal = 'next'
    rig.script.calls.a = Array.from({ length: 20 }, () => 'refused')
    await rig.record('one', [{ name: 'a' }, { name: 'b' }])
    await rig.idle()
    for (let i = 0; i < 10; i++) await rig.after(60)
    expect(calls()).toEqual(['a', 'a', 'a', 'a', 'b'])
  })

  test('what can go on without the call is done, and no dead letter', async () => {
    rig.script.refusal = 'done'
    rig.script.calls.a = ['refused']
    await rig.record('one', [{ name: 'a' }, { name: 'b' }])
    await rig.idle()
    expect(rig.told).toEqual(['gave up a', 'accepted b'])
    expect(await effectNamed(rig.db, 'a')).toMatchObject({ state: 'done', error: 'It was refused.' })
    expect(rig.dead).toEqual([])
  })

  test('a refused token uses up no attempts: it is waited for', async () => {
    rig.script.calls.a = Array.from({ length: 20 }, () => 'unauthorized')
    await rig.record('one', [{ name: 'a' }])
    await rig.idle()
    for (let i = 0; i < 20; i++) await rig.after(30)
    expect(calls()).toHaveLength(21)
    expect(rig.told).toEqual(['accepted a'])
  })

  test('a rate limit shuts the door for everybody, for as long as the vendor said, and is nobody’s failure', async () => {
    rig.script.calls.a = ['limited']
    await rig.record('one', [{ name: 'a' }], 'maria')
    await rig.idle()
    await rig.record('two', [{ name: 'b' }], 'luis')
    await rig.after(6.9)
    expect(rig.arrived).toEqual([])
    expect(await shutUntil(rig.db, 'twilio')).toBe(START + 7000)
    await rig.after(0.1)
    expect(rig.arrived.sort()).toEqual(['a', 'b'])
    expect(await effectNamed(rig.db, 'a')).toMatchObject({ failures: 0 })
  })

  test('those who waited before a shut door do not all come in at once', async () => {
    rig.work.rateOf = () => ({ everyMs: 1000 })
    rig.script.calls.a = ['limited']
    await rig.record('one', [{ name: 'a' }], 'maria')
    await rig.idle()
    for (const lane of ['luis', 'ana', 'tom']) await rig.record(lane, [{ name: lane }], lane)
    await rig.idle()
    await rig.after(7)
    expect(rig.arrived).toHaveLength(1)
    for (const more of [2, 3, 4]) {
      await rig.after(1)
      expect(rig.arrived).toHaveLength(more)
    }
  })

  test('an effect that cannot be planned is set aside in the end, and those behind it go on', async () => {
    await rig.record('one', [{ name: 'poison', bug: 'plan' }])
    await rig.record('two', [{ name: 'b' }])
    await rig.idle()
    for (let i = 0; i < 5; i++) await rig.after(60)
    expect(rig.arrived).toEqual(['b'])
  })

  test('an effect that cannot be planned, asked for by another lane, is dead in the end', async () => {
    await rig.record('one', [
      { name: 'poison', bug: 'plan', lane: 'phone' },
      { name: 'b', lane: 'phone' },
    ])
    await rig.idle()
    for (let i = 0; i < 5; i++) await rig.after(60)
    expect(await rig.state('poison')).toBe('dead')
    expect(rig.arrived).toEqual(['b'])
  })

  test('a call whose outcome cannot be written down is not made again', async () => {
    await rig.record('one', [{ name: 'poison', bug: 'accepted' }, { name: 'b' }])
    await rig.idle()
    for (let i = 0; i < 10; i++) await rig.after(60)
    expect(await rig.state('poison')).toBe('dead')
    expect(rig.arrived).toEqual(['poison', 'b'])
  })

  test('a fact that cannot be decided is set aside in the end, and those behind it go on', async () => {
    const broken = { key: 'broken', kind: 'wish', lane: 'maria', body: 'not JSON' }
    await rig.inbox.record([broken])
    await rig.record('two', [{ name: 'b' }])
    await rig.idle()
    expect(rig.arrived).toEqual([])
    for (let i = 0; i < 5; i++) await rig.after(60)
    expect(rig.arrived).toEqual(['b'])
    const fact = await rig.db.selectFrom('facts').selectAll().where('key', '=', 'broken').executeTakeFirstOrThrow()
    expect(fact).toMatchObject({
      state: 'dead',
      attempts: 4,
      error: 'It could not be decided; the log has the details.',
    })
    expect(rig.dead).toEqual([`wish f${fact.id}: It could not be decided; the log has the details.`])
  })

  test('a fact that is fine is decided once, though the one behind it is broken', async () => {
    await rig.record('one', [{ name: 'a', lane: 'phone' }])
    await rig.inbox.record([{ key: 'broken', kind: 'wish', lane: 'maria', body: 'not JSON' }])
    await rig.idle()
    for (let i = 0; i < 5; i++) await rig.after(60)
    expect(rig.arrived).toEqual(['a'])
  })

  test('a kind nobody knows is set aside, not waited for', async () => {
    await rig.db
      .insertInto('effects')
      .values({
        kind: 'smoke.signal',
        lane: 'maria',
        body: '{"name":"s"}',
        state: 'ready',
        created_at: 1,
        updated_at: 1,
      })
      .execute()
    await rig.record('one', [{ name: 'a' }])
    await rig.idle()
    for (let i = 0; i < 5; i++) await rig.after(60)
    expect(await rig.state('s')).toBe('dead')
    expect(rig.dead).toEqual([expect.stringMatching(/^smoke\.signal e1: /)])
    expect(rig.arrived).toEqual(['a'])
  })
}

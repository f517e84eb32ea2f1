import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { updateEffect } from '../../src/queue/jobs.ts'
import { hurryLane } from '../../src/queue/lanes.ts'
import { effectNamed, type Rig, START, startRig, until } from '../queue/rig.ts'
import type { NewDatabase } from './databases.ts'

export function uncertain(newDatabase: NewDatabase): void {
  let rig: Rig
  beforeEach(async () => {
    rig = await startRig(await newDatabase())
  })
  afterEach(() => rig.close())

  const seconds = () => rig.calls.map(({ what, at }) => `${what} ${at / 1000}`)

  /** Second by second, as a real clock would have it. */
  async function forSeconds(count: number): Promise<void> {
    for (let i = 0; i < count; i++) await rig.after(1)
  }

  /** Evidence, as a flow of another lane takes it: the effect is done. */
  async function prove(name: string): Promise<void> {
    const { id, lane } = await effectNamed(rig.db, name)
    await rig.db.transaction().execute(async (tx) => {
      await hurryLane(tx, lane, rig.clock.now)
      await updateEffect(tx, id, { state: 'done' }, rig.clock.now)
    })
    rig.worker.wake()
  }

  test('an answer that was lost is looked for, found, and the call not made again', async () => {
    rig.script.calls.a = ['swallowed']
    await rig.record('one', [{ name: 'a' }, { name: 'b' }])
    await rig.idle()
    expect(rig.arrived).toEqual(['a'])
    await forSeconds(10)
    expect(seconds()).toEqual(['a 0', 'look: a 10', 'b 10'])
    expect(rig.told).toEqual(['accepted a', 'accepted b'])
  })

  test('a call that never arrived is made again once that is proven, and those behind it wait', async () => {
    rig.script.calls.a = ['lost']
    await rig.record('one', [{ name: 'a' }, { name: 'b' }])
    await rig.idle()
    await forSeconds(80)
    expect(seconds()).toEqual(['a 0', 'look: a 10', 'look: a 60', 'look: a 75', 'a 75', 'b 75'])
  })

  test('a second doubt is not followed by a third call: it ends as unknown within 150 seconds, told once', async () => {
    rig.script.calls.a = ['lost', 'lost']
    await rig.record('one', [{ name: 'a' }, { name: 'b' }])
    await rig.idle()
    await forSeconds(149)
    expect(seconds()).toEqual([
      ...['a 0', 'look: a 10', 'look: a 60', 'look: a 75'],
      ...['a 75', 'look: a 85', 'look: a 105', 'b 105'],
    ])
    expect(rig.told).toEqual(['unknown a', 'accepted b'])
    expect(await rig.state('a')).toBe('unknown')
  })

  test.each([0, 1, 5, 10])(
    'lookups that fail after %i seconds each end as unknown within 150 seconds as well',
    async (n) => {
      rig.script.calls.a = ['swallowed']
      rig.script.lookups.a = Array.from({ length: 99 }, () => 'busy')
      rig.script.timeoutMs = n * 1000
      await rig.record('one', [{ name: 'a' }])
      await rig.idle()
      while (!rig.told.includes('unknown a')) await rig.after(1)
      expect(rig.clock.now - START).toBeLessThan(150_000)
      expect(rig.arrived).toEqual(['a'])
    },
  )

  test('what has no unknown state is looked for until there is an answer', async () => {
    rig.script.calls.a = ['swallowed']
    rig.script.lookups.a = Array.from({ length: 30 }, () => 'busy')
    await rig.record('one', [{ name: 'a', kind: 'part' }])
    await rig.idle()
    await forSeconds(600)
    expect(rig.told).toEqual(['accepted a'])
    expect(rig.arrived).toEqual(['a'])
  })

  test('what may be re-sent freely is, each time it is proven absent, and is dead in the end', async () => {
    rig.script.calls.a = Array.from({ length: 99 }, () => 'lost')
    await rig.record('one', [{ name: 'a', kind: 'part' }, { name: 'b' }])
    await rig.idle()
    await forSeconds(4 * 75)
    expect(rig.calls.filter(({ what }) => what === 'a')).toHaveLength(4)
    expect(rig.told).toEqual(['gave up a', 'accepted b'])
  })

  test('what may be repeated is repeated, not looked for', async () => {
    rig.script.calls.a = ['lost', 'swallowed']
    await rig.record('one', [{ name: 'a', kind: 'tag' }])
    await rig.idle()
    await forSeconds(3)
    expect(rig.calls.map(({ what }) => what)).toEqual(['a', 'a', 'a'])
    expect(rig.told).toEqual(['accepted a'])
  })

  test('evidence ends the doubt at once, and the lane goes on', async () => {
    rig.script.calls.a = ['swallowed']
    await rig.record('one', [{ name: 'a' }, { name: 'b' }])
    await rig.idle()
    await forSeconds(3)
    await prove('a')
    await rig.idle()
    expect(seconds()).toEqual(['a 0', 'b 3'])
  })

  test.each(['accepted', 'busy', 'lost', 'refused'] as const)(
    'evidence that overtakes the answer stands, whatever the answer: %s',
    async (ending) => {
      let answer: (ending: 'accepted' | 'busy' | 'lost' | 'refused') => void = () => {}
      rig.script.calls.a = [new Promise((resolve) => (answer = resolve))]
      await rig.record('one', [{ name: 'a' }, { name: 'b' }])
      await until(() => rig.calls.length === 1)
      await prove('a')
      answer(ending)
      await rig.idle()
      expect(await rig.state('a')).toBe('done')
      expect(rig.told).toEqual(['accepted b'])
      expect(rig.calls.map(({ what }) => what)).toEqual(['a', 'b'])
    },
  )

  test('evidence that asks for another call is not undone by a look that found nothing', async () => {
    rig.script.calls.a = ['lost']
    await rig.record('one', [{ name: 'a', kind: 'part' }])
    await rig.idle()
    let seen: () => void = () => {}
    const lookup = rig.work.effects.part?.steps.call
    if (lookup) lookup.lookup = () => new Promise((resolve) => (seen = () => resolve(null)))
    rig.clock.now += 10_000
    rig.worker.wake()
    const before = seen
    await until(() => seen !== before)
    const { id, lane } = await effectNamed(rig.db, 'a')
    await rig.db.transaction().execute(async (tx) => {
      await hurryLane(tx, lane, rig.clock.now)
      await updateEffect(tx, id, { state: 'ready' }, rig.clock.now)
    })
    seen()
    await rig.idle()
    expect(rig.told).toEqual(['accepted a'])
  })
}

import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type Rig, startRig, until } from '../queue/rig.ts'
import type { NewDatabase } from './databases.ts'

export function order(newDatabase: NewDatabase): void {
  let rig: Rig
  beforeEach(async () => {
    rig = await startRig(await newDatabase())
  })
  afterEach(() => rig.close())

  test('what is recorded is done, in order', async () => {
    await rig.record('one', [{ name: 'a' }, { name: 'b' }])
    await rig.record('two', [{ name: 'c' }])
    await rig.idle()
    expect(rig.arrived).toEqual(['a', 'b', 'c'])
    expect(rig.told).toEqual(['accepted a', 'accepted b', 'accepted c'])
  })

  test('a hundred facts of one lane keep their order', async () => {
    const names = Array.from({ length: 100 }, (_, i) => `text-${i}`)
    await Promise.all(names.map((name) => rig.record(name, [{ name }])))
    await rig.idle()
    expect(rig.arrived).toEqual(names)
  })

  test('a call that hangs holds up its own lane and no other', async () => {
    let answer: (ending: 'accepted') => void = () => {}
    rig.script.calls.slow = [new Promise((resolve) => (answer = resolve))]
    await rig.record('one', [{ name: 'slow' }, { name: 'behind' }], 'maria')
    await rig.record('two', [{ name: 'quick' }], 'luis')
    await until(() => rig.told.includes('accepted quick'))
    expect(rig.arrived).toEqual(['quick'])
    answer('accepted')
    await rig.idle()
    expect(rig.arrived).toEqual(['quick', 'slow', 'behind'])
  })

  test('a call that has to wait holds up its own lane and no other', async () => {
    rig.script.calls.a = ['busy']
    await rig.record('one', [{ name: 'a' }, { name: 'b' }], 'maria')
    await rig.record('two', [{ name: 'c' }], 'luis')
    await rig.idle()
    expect(rig.arrived).toEqual(['c'])
    await rig.after(1)
    expect(rig.arrived).toEqual(['c', 'a', 'b'])
  })

  test('a fact may ask for effects in another lane, which is told', async () => {
    await rig.record(
      'one',
      [
        { name: 'note', lane: 'desk' },
        { name: 'text', lane: 'phone' },
      ],
      'conversation',
    )
    await rig.idle()
    expect(rig.arrived.sort()).toEqual(['note', 'text'])
  })

  test('a fact that has to wait for something holds back those behind it, and is decided once that has come', async () => {
    rig.script.waiting.add('one')
    await rig.record('one', [{ name: 'a' }])
    await rig.record('two', [{ name: 'b' }])
    await rig.after(60)
    expect(rig.arrived).toEqual([])
    rig.script.waiting.clear()
    await rig.after(1)
    expect(rig.arrived).toEqual(['a', 'b'])
  })

  test('an effect of several calls is planned anew after each', async () => {
    await rig.record('one', [{ name: 'a', calls: 3 }, { name: 'b' }])
    await rig.idle()
    expect(rig.arrived).toEqual(['a', 'a', 'a', 'b'])
    expect(await rig.state('a')).toBe('done')
  })

  test('lanes that are empty are forgotten', async () => {
    await rig.record('one', [{ name: 'a' }])
    await rig.idle()
    expect(await rig.db.selectFrom('lanes').selectAll().execute()).toEqual([])
  })

  test('every call leaves a row that says how it ended', async () => {
    rig.script.calls.a = ['busy', 'lost']
    await rig.record('one', [{ name: 'a' }])
    await rig.idle()
    await rig.after(1)
    const rows = await rig.db.selectFrom('attempts').select(['step', 'outcome', 'code']).orderBy('id').execute()
    expect(rows).toEqual([
      { step: 'call', outcome: 'not accepted', code: 'busy' },
      { step: 'call', outcome: 'uncertain', code: 'lost' },
    ])
  })

  test('to stop is to wait for the turn in hand and to take no other', async () => {
    let answer: (ending: 'accepted') => void = () => {}
    rig.script.calls.a = [new Promise((resolve) => (answer = resolve))]
    await rig.record('one', [{ name: 'a' }, { name: 'b' }])
    await until(() => rig.calls.length === 1)
    let stopped = false
    const stop = rig.worker.stop().then(() => (stopped = true))
    await rig.record('two', [{ name: 'c' }], 'luis')
    expect(stopped).toBe(false)
    answer('accepted')
    await stop
    expect(rig.arrived).toEqual(['a'])
    expect(await rig.state('a')).toBe('done')
    expect(await rig.state('b')).toBe('ready')
    const held = await rig.db.selectFrom('lanes').select('key').where('lease_owner', 'is not', null).execute()
    expect(held).toEqual([])
  })

  test('a lane taken at the very moment of the stop is given back before the stop is over', async () => {
    const time = rig.clock.now
    let held: Promise<{ key: string }[]> | undefined
    const stop = async () => {
      await rig.worker.stop()
      return rig.db.selectFrom('lanes').select('key').where('lease_owner', 'is not', null).execute()
    }
    await rig.record('one', [{ name: 'a' }])
    // The worker asks for the time when it takes lanes.
    Object.defineProperty(rig.clock, 'now', {
      get: () => {
        held ??= stop()
        return time
      },
    })
    await until(() => held !== undefined)
    expect(await held).toEqual([])
  })
}

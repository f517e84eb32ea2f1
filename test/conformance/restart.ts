import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type Ending, effectNamed, type Rig, startRig, until } from '../queue/rig.ts'
import type { NewDatabase } from './databases.ts'

export function restart(newDatabase: NewDatabase): void {
  let rig: Rig
  /** Ends the calls of workers that are no more. */
  let release: (ending: Ending) => void
  beforeEach(async () => {
    rig = await startRig(await newDatabase())
    rig.script.calls.a = [new Promise<Ending>((resolve) => (release = resolve))]
  })
  afterEach(async () => {
    release('busy')
    await rig.close()
  })

  async function crashWhileSending(kind: 'text' | 'part' | 'tag'): Promise<void> {
    await rig.record('one', [{ name: 'a', kind }, { name: 'b' }])
    await until(() => rig.calls.length === 1)
    await rig.crash()
    await rig.idle()
  }

  test('a call that may be repeated is made again after a crash', async () => {
    await crashWhileSending('tag')
    expect(rig.told).toEqual(['accepted a', 'accepted b'])
  })

  test('a call that must not be doubled is looked for after a crash, and made again when it is proven absent', async () => {
    await crashWhileSending('text')
    expect(await rig.state('a')).toBe('uncertain')
    for (const wait of [10, 50, 15]) await rig.after(wait)
    expect(rig.calls.map(({ what }) => what)).toEqual(['a', 'look: a', 'look: a', 'look: a', 'a', 'b'])
  })

  test('a call that had arrived before the crash is found and not made again', async () => {
    rig.arrived.push('a')
    await crashWhileSending('text')
    await rig.after(10)
    expect(rig.arrived).toEqual(['a', 'b'])
    expect(rig.told).toEqual(['accepted a', 'accepted b'])
  })

  test('the answer to a worker that is no more changes nothing', async () => {
    await crashWhileSending('text')
    const before = await effectNamed(rig.db, 'a')
    release('refused')
    await rig.after(1)
    expect(await effectNamed(rig.db, 'a')).toEqual(before)
    expect(rig.told).toEqual([])
  })

  test('a doubt survives a crash with its times', async () => {
    rig.script.calls.b = ['lost']
    release('accepted')
    await rig.record('one', [{ name: 'a' }, { name: 'b' }])
    await rig.idle()
    await rig.after(10)
    await rig.crash()
    await rig.after(50)
    await rig.after(15)
    const looks = rig.calls.filter(({ what }) => what === 'look: b')
    expect(looks.map(({ at }) => at / 1000)).toEqual([10, 60, 75])
  })

  test('facts recorded before a crash are decided after it', async () => {
    await rig.worker.stop()
    release('accepted')
    await rig.record('one', [{ name: 'a' }])
    await rig.crash()
    await rig.idle()
    expect(rig.arrived).toEqual(['a'])
  })
}

import { expect, test } from '@jest/globals'
import { durationsOf } from '../../src/store/durations.ts'
import { inMemory } from './temporary.ts'

const ALL = { from: 0, to: 1e15 }

test('every duration counts, of the kind and the time that is asked for', () =>
  inMemory(async (tx) => {
    for (const [kind, at, seconds] of [
      ['closed', 9, 1],
      ['closed', 10, 30],
      ['closed', 19, 30],
      ['closed', 15, 7],
      ['closed', 20, 1],
      ['first_reply', 15, 1],
    ] as const) {
      await tx.insertInto('durations').values({ kind, at, seconds }).execute()
    }
    const seconds = [
      { seconds: 7, count: 1 },
      { seconds: 30, count: 2 },
    ]
    expect(await durationsOf(tx, 'closed', { from: 10, to: 20 })).toEqual({ count: 3, seconds })
    expect(await durationsOf(tx, 'closed', { from: 30, to: 40 })).toEqual({ count: 0, seconds: [] })
  }))

test('of very many a sample is as good, whatever comes between them', () =>
  inMemory(async (tx) => {
    const each = Array.from({ length: 40_000 }, (_, n) => [
      { kind: 'closed' as const, at: n, seconds: n % 1000 },
      { kind: 'first_reply' as const, at: n, seconds: 5 },
    ]).flat()
    for (let n = 0; n < each.length; n += 1000) {
      await tx
        .insertInto('durations')
        .values(each.slice(n, n + 1000))
        .execute()
    }
    const { count, seconds } = await durationsOf(tx, 'closed', ALL)
    const sampled = seconds.reduce((sum, one) => sum + one.count, 0)
    const below500 = seconds.filter((one) => one.seconds < 500).reduce((sum, one) => sum + one.count, 0)
    expect(count).toBe(40_000)
    expect(Math.abs(sampled / (40_000 / 2) - 1)).toBeLessThan(0.05)
    expect(Math.abs(below500 / sampled - 0.5)).toBeLessThan(0.02)
  }))

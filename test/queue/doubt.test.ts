import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Doubt, nextLookup, patienceEnds, provenAbsent } from '../../src/queue/doubt.ts'

const doubt = (o: Partial<Doubt> = {}): Doubt => ({
  doubtAt: 0,
  firstDoubtAt: 0,
  lookups: 0,
  resends: 0,
  settleMs: 60_000,
  ...o,
})

test.each([
  ['first look, in case the vendor was quick', 0, 0, 10_000, false],
  ['second look, at the settle time', 0, 1, 60_000, false],
  ['third look, a while after it, is the last word', 0, 2, 75_000, true],
  ['after a re-send: first look', 1, 0, 10_000, false],
  ['after a re-send: the last word', 1, 1, 30_000, true],
])('%s', (_, resends, lookups, at, last) => {
  expect(nextLookup(doubt({ resends, lookups }))).toBe(at)
  expect(provenAbsent(doubt({ resends, lookups }))).toBe(last)
})

/** Every call and every look times out. Milliseconds from the first call to the end of it all. */
function longest(settleMs: number, timeoutMs: number): number {
  let now = timeoutMs
  for (const resends of [0, 1]) {
    const doubtAt = now
    for (let lookups = 0, done = false; !done; lookups++) {
      const state = doubt({ doubtAt, lookups, resends, settleMs })
      now = Math.max(now, nextLookup(state)) + timeoutMs
      done = provenAbsent(state)
    }
    if (resends === 0) now += timeoutMs
  }
  return now
}

test('with the default settle time all of it, one re-send included, ends within 150 seconds', () => {
  expect(longest(60_000, 0)).toBeLessThan(150_000)
  expect(longest(60_000, 10_000)).toBeLessThan(150_000)
})

test('lookups that never answer end within 150 seconds of the call as well', () => {
  const timeout = 10_000
  expect(timeout + patienceEnds(doubt()) + timeout).toBeLessThan(150_000)
})

test('absence is never believed before the settle time is over', () => {
  fc.assert(
    fc.property(fc.nat(3_600_000), fc.nat(10), (settleMs, lookups) => {
      const state = doubt({ settleMs, lookups })
      fc.pre(provenAbsent(state))
      expect(nextLookup(state)).toBeGreaterThanOrEqual(settleMs)
    }),
  )
})

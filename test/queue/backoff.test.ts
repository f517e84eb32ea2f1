import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { backoff } from '../../src/queue/backoff.ts'

const QUARTER_OF_AN_HOUR = 15 * 60_000

test.each([
  [1, 1000],
  [2, 2000],
  [3, 4000],
  [10, 512_000],
  [11, QUARTER_OF_AN_HOUR],
  [1000, QUARTER_OF_AN_HOUR],
])('after failure %i at most %i ms, and at least three quarters of it', (failures, most) => {
  expect(backoff({ baseMs: 1000, failures, random: 1 })).toBe(most)
  expect(backoff({ baseMs: 1000, failures, random: 0 })).toBe(0.75 * most)
})

test.each([
  ['what the vendor asks for wins', 30_000, 30_000],
  ['it is never a hurry', 0, 1000],
  ['nor a year', 365 * 86_400_000, QUARTER_OF_AN_HOUR],
])('Retry-After: %s', (_, retryAfter, wait) => {
  expect(backoff({ baseMs: 1000, failures: 5, retryAfter, random: 0.5 })).toBe(wait)
})

test('no wait is longer than a quarter of an hour or shorter than three quarters of the base', () => {
  const random = fc.double({ min: 0, max: 1, noNaN: true })
  const retryAfter = fc.option(fc.nat(), { nil: undefined })
  const given = fc.record({ baseMs: fc.integer({ min: 1, max: 900_000 }), failures: fc.nat(2000), retryAfter, random })
  fc.assert(
    fc.property(given, (o) => {
      const wait = backoff(o)
      expect(wait).toBeLessThanOrEqual(QUARTER_OF_AN_HOUR)
      expect(wait).toBeGreaterThanOrEqual(Math.floor(0.75 * o.baseMs))
    }),
  )
})

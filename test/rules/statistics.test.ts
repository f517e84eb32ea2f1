import { expect, test } from '@jest/globals'
import { bucketsOf, errorsOf, quantilesOf, totalsOf } from '../../src/rules/statistics.ts'
import type { Counts } from '../../src/store/hourly.ts'

const HOUR = 3_600_000
const NOON = Date.parse('2026-11-24T12:00:00Z')

function counts(more: Partial<Counts>): Counts {
  return {
    ...{ bucket: NOON, direction: 'outbound', status: 'delivered', errorCode: '', errorMessage: null, priceUnit: '' },
    ...{ messages: 1, segments: 1, cost: 0 },
    ...more,
  } as Counts
}

test.each<[string, Partial<Counts>, object]>([
  ['a customer’s text', { direction: 'inbound', status: 'posted' }, { inbound: 1, outbound: 0, segments: 1 }],
  ['a text delivered', { status: 'delivered' }, { outbound: 1, delivered: 1, deliveryRate: 1 }],
  ['a text on its way', { status: 'sent' }, { outbound: 1, delivered: 0, failed: 0, deliveryRate: null }],
  ['a text that failed', { status: 'failed' }, { outbound: 1, failed: 1, deliveryRate: 0 }],
  ['a text that did not arrive', { status: 'undelivered' }, { outbound: 1, failed: 1, deliveryRate: 0 }],
  ['a text of unknown fate', { status: 'unknown' }, { outbound: 1, unknown: 1, deliveryRate: null }],
  ['a text that was blocked', { status: 'blocked' }, { outbound: 0, blocked: 1, segments: 0 }],
  ['a text that waits', { status: 'scheduled' }, { outbound: 0, segments: 0 }],
  ['a text that was canceled', { status: 'canceled' }, { outbound: 0, segments: 0 }],
  ['a customer’s text that is stuck', { direction: 'inbound', status: 'dead' }, { inbound: 1, failed: 0 }],
])('%s counts as what it is', (_, one, expected) => {
  expect(totalsOf([counts(one)])).toMatchObject(expected)
})

test('the rate of delivery is of the texts whose end is known', () => {
  const some = [
    counts({ messages: 2 }),
    counts({ messages: 1, status: 'failed' }),
    counts({ messages: 5, status: 'sent' }),
  ]
  expect(totalsOf(some).deliveryRate).toBe(0.6667)
})

test.each([
  [[750_000], { USD: '0.0075' }],
  [[100_000_000], { USD: '1.00' }],
  [[79_000_000, 44_000_000], { USD: '1.23' }],
  [[1], { USD: '0.00000001' }],
  [[0], { USD: '0.00' }],
  [[-150_000_000], { USD: '-1.50' }],
  [[], {}],
])('%j hundred-millionths are %j', (costs, expected) => {
  expect(totalsOf(costs.map((cost) => counts({ cost, priceUnit: 'USD' }))).cost).toEqual(expected)
})

test('each currency adds up by itself, and what has no price yet costs nothing', () => {
  const some = [counts({ cost: 1e8, priceUnit: 'USD' }), counts({ cost: 2e8, priceUnit: 'EUR' }), counts({})]
  expect(totalsOf(some).cost).toEqual({ USD: '1.00', EUR: '2.00' })
})

test('hours without a text are there as well, each with its own numbers', () => {
  const some = [counts({ bucket: NOON }), counts({ bucket: NOON + 2 * HOUR, messages: 3 })]
  const buckets = bucketsOf(some, { from: NOON + 1, to: NOON + 2 * HOUR + 1, width: HOUR })
  expect(buckets.map(({ at, outbound }) => [at, outbound])).toEqual([
    ['2026-11-24T12:00:00.000Z', 1],
    ['2026-11-24T13:00:00.000Z', 0],
    ['2026-11-24T14:00:00.000Z', 3],
  ])
  expect(Object.keys(buckets[0] ?? {}).sort()).toEqual(
    ['at', 'inbound', 'outbound', 'delivered', 'failed', 'segments', 'cost'].sort(),
  )
})

test('the end of the time is not part of it', () => {
  expect(bucketsOf([], { from: NOON, to: NOON + HOUR, width: HOUR })).toHaveLength(1)
})

test('reasons of failures are counted over all hours, the most frequent first', () => {
  const failed = { status: 'failed', errorCode: '30006', errorMessage: 'It is a landline.' }
  const some = [
    counts({ status: 'failed', errorCode: 'too_long', errorMessage: 'It is too long.' }),
    counts(failed),
    counts({ ...failed, bucket: NOON + HOUR, status: 'undelivered', messages: 2 }),
    counts({ direction: 'inbound', status: 'dead', errorCode: 'not_found', errorMessage: 'Gone.' }),
    counts({ status: 'blocked', errorCode: 'opted_out', errorMessage: 'No.' }),
  ]
  expect(errorsOf(some)).toEqual([
    { code: 30006, message: 'It is a landline.', count: 3 },
    { code: 'too_long', message: 'It is too long.', count: 1 },
  ])
})

const each = (...seconds: number[]) => seconds.map((one) => ({ seconds: one, count: 1 }))

test.each([
  [[], null],
  [each(7), { median: 7, p90: 7 }],
  [each(1, 4), { median: 2.5, p90: 4 }],
  [each(1, 2, 9), { median: 2, p90: 9 }],
  [each(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), { median: 5.5, p90: 9 }],
  [
    [
      { seconds: 1, count: 99 },
      { seconds: 500, count: 1 },
    ],
    { median: 1, p90: 1 },
  ],
  [
    [
      { seconds: 1, count: 1 },
      { seconds: 5, count: 3 },
    ],
    { median: 5, p90: 5 },
  ],
])('of %j the median and the ninth decile are %j', (durations, expected) => {
  expect(quantilesOf(durations)).toEqual(expected)
})

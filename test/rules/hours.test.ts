import { describe, expect, test } from '@jest/globals'
import { type Hours, isOpen, quietUntil } from '../../src/rules/hours.ts'

const NEW_YORK = 'America/New_York'

const shop: Hours = {
  timezone: NEW_YORK,
  week: {
    mon: ['09:00-12:00', '13:00-17:00'],
    wed: ['00:00-24:00'],
    fri: ['18:00-02:00'],
    sat: ['10:00-12:00'],
    sun: ['20:00-04:00'],
  },
  closedOn: ['2026-12-25', '2026-07-04'],
}

describe('business hours', () => {
  test.each([
    ['before they begin', '2026-11-23T08:59:00-05:00', false],
    ['when they begin', '2026-11-23T09:00:00-05:00', true],
    ['at noon, when they end', '2026-11-23T12:00:00-05:00', false],
    ['after the break', '2026-11-23T13:00:00-05:00', true],
    ['in the last minute', '2026-11-23T16:59:59-05:00', true],
    ['a day left out', '2026-11-24T12:00:00-05:00', false],
    ['all day: its first minute', '2026-11-25T00:00:00-05:00', true],
    ['all day: its last minute', '2026-11-25T23:59:59-05:00', true],
    ['the evening of a span over midnight', '2026-11-27T23:00:00-05:00', true],
    ['the morning after', '2026-11-28T01:59:00-05:00', true],
    ['the end of it', '2026-11-28T02:00:00-05:00', false],
    ['a span over midnight does not go on into a closed day', '2026-07-04T01:00:00-04:00', false],
    ['a closed day has no hours', '2026-07-04T11:00:00-04:00', false],
    ['nor has the night after it', '2026-12-26T01:00:00-05:00', false],
    ['the same instant told by another clock', '2026-11-23T15:00:00Z', true],
    ['in summer it is an hour earlier in UTC', '2026-07-06T13:00:00Z', true],
    ['and in winter it is not', '2026-11-23T13:00:00Z', false],
    ['the night clocks go back: the first 01:30', '2026-11-01T01:30:00-04:00', false],
    ['the night clocks go forward: still open at 03:30', '2026-03-09T03:30:00-04:00', true],
  ])('%s', (_, at, open) => {
    expect(isOpen(shop, Date.parse(at))).toBe(open)
  })
})

describe('quiet hours', () => {
  const night = { from: '21:00', to: '08:00' }
  test.each([
    [
      'in the evening they last until the next morning',
      night,
      [NEW_YORK],
      '2026-11-24T22:00-05:00',
      '2026-11-25T08:00-05:00',
    ],
    ['in the morning until today', night, [NEW_YORK], '2026-11-25T07:59-05:00', '2026-11-25T08:00-05:00'],
    ['they begin on the minute', night, [NEW_YORK], '2026-11-24T21:00-05:00', '2026-11-25T08:00-05:00'],
    ['and end on the minute', night, [NEW_YORK], '2026-11-25T08:00-05:00', null],
    ['by day there are none', night, [NEW_YORK], '2026-11-24T12:00-05:00', null],
    [
      'at noon for a nap',
      { from: '13:00', to: '15:00' },
      [NEW_YORK],
      '2026-11-24T14:00-05:00',
      '2026-11-24T15:00-05:00',
    ],
    ['the night clocks go forward is shorter', night, [NEW_YORK], '2026-03-07T23:00-05:00', '2026-03-08T08:00-04:00'],
    ['the night clocks go back is longer', night, [NEW_YORK], '2026-10-31T23:00-04:00', '2026-11-01T08:00-05:00'],
    [
      'an end that the clocks leave out is when they change',
      { from: '21:00', to: '02:30' },
      [NEW_YORK],
      '2026-03-07T23:00-05:00',
      '2026-03-08T03:30-04:00',
    ],
    [
      'an end that comes twice is the first',
      { from: '21:00', to: '01:30' },
      [NEW_YORK],
      '2026-10-31T23:00-04:00',
      '2026-11-01T01:30-04:00',
    ],
    [
      'in two zones until it is over in both',
      night,
      [NEW_YORK, 'America/Chicago'],
      '2026-11-25T07:00-05:00',
      '2026-11-25T08:00-06:00',
    ],
    [
      'quiet in the other zone only',
      night,
      [NEW_YORK, 'America/Chicago'],
      '2026-11-25T08:30-05:00',
      '2026-11-25T08:00-06:00',
    ],
    ['half an hour off', night, ['Asia/Kolkata'], '2026-11-24T18:00Z', '2026-11-25T02:30Z'],
    ['nowhere', night, [], '2026-11-24T22:00-05:00', null],
  ])('%s', (_, quiet, zones, at, until) => {
    expect(quietUntil(quiet, zones, Date.parse(at))).toBe(until === null ? null : Date.parse(until))
  })

  test('where it is always quiet somewhere, they end all the same', () => {
    const at = Date.parse('2026-11-24T12:00Z')
    const until = quietUntil({ from: '09:00', to: '08:00' }, ['Asia/Tokyo', 'Europe/London', NEW_YORK], at) ?? 0
    expect(until - at).toBeLessThan(3 * 86_400_000)
  })
})

import { expect, test } from '@jest/globals'
import { filteringAlarm } from '../../src/rules/filtering.ts'

test.each([
  [4, 4, false, false],
  [5, 5, false, true],
  [5, 50, false, true],
  [5, 51, false, false],
  [100, 2000, false, false],
  [0, 0, false, false],
  [4, 50, true, true],
  [2, 10, true, false],
  [5, 100, true, true],
  [5, 101, true, false],
])('%i of %i texts filtered, raised before: %s → alarm: %s', (filtered, texts, raised, alarm) => {
  expect(filteringAlarm({ filtered, texts, raised })).toBe(alarm)
})

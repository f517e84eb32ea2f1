import { describe, expect, test } from '@jest/globals'

// A script of plain JavaScript: it has no types to import.
const path = '../../scripts/bench/statistics.mjs'
const { compare, formatTable, percentile, spread, target } = await import(path)

describe('the arithmetic of the bench', () => {
  const hundred = Array.from({ length: 100 }, (_, n) => 100 - n)

  test.each([
    [hundred, 0, 1],
    [hundred, 0.5, 51],
    [hundred, 0.99, 100],
    [hundred, 1, 100],
    [[7], 0.99, 7],
    [[10, 9, 1], 0.5, 9],
  ])('a percentile is a value that was measured, whatever the order', (values, share, wanted) => {
    expect(percentile(values, share)).toBe(wanted)
  })

  test('a spread is rounded, and of numbers, not of words', () => {
    expect(spread([10.26, 9.14, 100], 1)).toEqual({ min: 9.1, median: 10.3, max: 100 })
  })

  test('two contenders are compared round by round: what slowed down both changes nothing', () => {
    expect(compare([50, 100, 25], [100, 200, 50])).toEqual({ ratio: 0.5, byRound: { min: 0.5, median: 0.5, max: 0.5 } })
  })

  test('a lucky round shows in the spread and not in the ratio', () => {
    expect(compare([100, 100, 180], [100, 100, 100])).toEqual({ ratio: 1, byRound: { min: 1, median: 1, max: 1.8 } })
  })

  test.each([
    [10, '< 10', false],
    [9.9, '< 10', true],
    [10, '<= 10', true],
    [10.1, '<= 10', false],
    [10, '>= 10', true],
    [9.9, '>= 10', false],
    [Number.NaN, '<= 10', false],
  ])('%d is %s: %s', (value, wanted, met) => {
    expect(target('it', value, wanted, ' ms')).toEqual({ what: 'it', value, unit: ' ms', wanted: `${wanted} ms`, met })
  })

  test('a table has its words on the left and its numbers on the right', () => {
    const rows = [
      { of: 'hello', ms: 5 },
      { of: 'us', ms: 1000 },
    ]
    expect(formatTable(rows)).toBe('of       ms\nhello     5\nus     1000')
  })
})

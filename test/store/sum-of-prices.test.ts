import { expect, test } from '@jest/globals'
import { sumOfPrices } from '../../src/store/sum-of-prices.ts'

test.each([
  [[], null],
  [['-0.00750'], '-0.00750'],
  [['-0.1', '-0.2'], '-0.3'],
  [['-0.00790', '-0.0158', '0'], '-0.02370'],
  [['-1', '-2'], '-3'],
  [['-0.5', '1.25'], '0.75'],
  [['0.00'], '0.00'],
  [['1e-7', 'free', ''], null],
  [Array.from({ length: 1000 }, () => '-0.00790'), '-7.90000'],
])('the sum of %j is %s', (prices, sum) => {
  expect(sumOfPrices(prices)).toBe(sum)
})

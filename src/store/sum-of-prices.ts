/** Digits after the point that are kept: Twilio prices down to five. */
const DECIMALS = 8
const ONE = 10n ** BigInt(DECIMALS)

/**
 * The sum of decimal numbers as Twilio writes prices (`-0.00750`), exact, with as many decimals as the longest of them.
 * What is no such number counts as nothing; null when there is none at all.
 */
export function sumOfPrices(prices: readonly string[]): string | null {
  const numbers = prices.filter((price) => /^-?\d{1,12}(\.\d{1,8})?$/.test(price))
  if (numbers.length === 0) return null
  const total = numbers.reduce((sum, number) => sum + units(number), 0n)
  const decimals = Math.max(...numbers.map((number) => number.split('.')[1]?.length ?? 0))
  return written(total, decimals)
}

function units(number: string): bigint {
  const [whole = '0', fraction = ''] = number.replace('-', '').split('.')
  const amount = BigInt(whole) * ONE + BigInt(fraction.padEnd(DECIMALS, '0'))
  return number.startsWith('-') ? -amount : amount
}

function written(total: bigint, decimals: number): string {
  const amount = total < 0n ? -total : total
  const fraction = String(amount % ONE)
    .padStart(DECIMALS, '0')
    .slice(0, decimals)
  return `${total < 0n ? '-' : ''}${amount / ONE}${decimals > 0 ? `.${fraction}` : ''}`
}

import type { Counts } from '../store/hourly.ts'

export interface Volumes {
  inbound: number
  /** Texts that were handed to Twilio, or were to be: without those that are blocked, canceled or still wait for their time. */
  outbound: number
  delivered: number
  failed: number
  /** In both directions. */
  segments: number
  /** By unit (ISO 4217), exact: what Twilio took, as far as it has told. */
  cost: Record<string, string>
}

export interface Totals extends Volumes {
  blocked: number
  unknown: number
  /** Between 0 and 1, of the texts whose end is known; null where there is none. */
  deliveryRate: number | null
}

export interface Quantiles {
  median: number
  p90: number
}

interface Sum extends Omit<Volumes, 'cost'> {
  blocked: number
  unknown: number
  /** In hundred-millionths of the unit. */
  cost: Map<string, number>
}

const NEVER_HANDED_OVER = new Set(['blocked', 'canceled', 'scheduled'])
const FAILED = new Set(['failed', 'undelivered'])
const UNITS_PER_ONE = 100_000_000

/** One item for each hour or day (`width` in ms) of this time (Unix ms), also where nothing was. */
export function bucketsOf(
  counts: Counts[],
  { from, to, width }: { from: number; to: number; width: number },
): ({ at: string } & Volumes)[] {
  const byStart = new Map<number, Counts[]>()
  for (let start = from - (from % width); start < to; start += width) byStart.set(start, [])
  for (const one of counts) byStart.get(one.bucket)?.push(one)
  return [...byStart].map(([start, some]) => {
    const { blocked: _, unknown: __, cost, ...volumes } = sumOf(some)
    return { at: new Date(start).toISOString(), ...volumes, cost: written(cost) }
  })
}

export function totalsOf(counts: Counts[]): Totals {
  const { cost, ...sum } = sumOf(counts)
  const ended = sum.delivered + sum.failed
  const deliveryRate = ended === 0 ? null : Math.round((sum.delivered / ended) * 10_000) / 10_000
  return { ...sum, deliveryRate, cost: written(cost) }
}

/** Why texts failed, the most frequent reason first. Codes of Twilio are numbers, ours are words. */
export function errorsOf(counts: Counts[]): { code: number | string; message: string; count: number }[] {
  const byCode = new Map<string, { message: string; count: number }>()
  for (const { direction, status, errorCode, errorMessage, messages } of counts) {
    if (direction === 'inbound' || !FAILED.has(status) || errorCode === '') continue
    const { count = 0 } = byCode.get(errorCode) ?? {}
    byCode.set(errorCode, { message: errorMessage ?? '', count: count + messages })
  }
  return [...byCode]
    .map(([code, reason]) => ({ code: /^\d+$/.test(code) ? Number(code) : code, ...reason }))
    .sort((a, b) => b.count - a.count)
}

/** Null for none. @param durations the shortest first */
export function quantilesOf(durations: { seconds: number; count: number }[]): Quantiles | null {
  const total = durations.reduce((sum, { count }) => sum + count, 0)
  if (total === 0) return null
  const middle = (nth(durations, Math.floor((total + 1) / 2)) + nth(durations, Math.floor(total / 2) + 1)) / 2
  return { median: middle, p90: nth(durations, Math.ceil(total * 0.9)) }
}

function nth(durations: { seconds: number; count: number }[], n: number): number {
  let passed = 0
  for (const { seconds, count } of durations) {
    passed += count
    if (passed >= n) return seconds
  }
  return 0
}

function sumOf(counts: Counts[]): Sum {
  const sum: Sum = {
    ...{ inbound: 0, outbound: 0, delivered: 0, failed: 0, segments: 0, blocked: 0, unknown: 0 },
    cost: new Map(),
  }
  for (const one of counts) add(sum, one)
  return sum
}

function add(sum: Sum, { direction, status, messages, segments, priceUnit, cost }: Counts): void {
  if (status === 'blocked' && direction === 'outbound') sum.blocked += messages
  if (direction === 'outbound' && NEVER_HANDED_OVER.has(status)) return
  sum[direction] += messages
  sum.segments += segments
  if (priceUnit !== '') sum.cost.set(priceUnit, (sum.cost.get(priceUnit) ?? 0) + cost)
  if (direction === 'inbound') return
  if (status === 'delivered') sum.delivered += messages
  if (FAILED.has(status)) sum.failed += messages
  if (status === 'unknown') sum.unknown += messages
}

/** Cents at least, and no more decimals than there are. */
function written(cost: Map<string, number>): Record<string, string> {
  return Object.fromEntries([...cost].map(([unit, amount]) => [unit, decimal(amount)]))
}

function decimal(amount: number): string {
  const fraction = String(Math.abs(amount) % UNITS_PER_ONE)
    .padStart(8, '0')
    .replace(/0+$/, '')
    .padEnd(2, '0')
  return `${amount < 0 ? '-' : ''}${Math.floor(Math.abs(amount) / UNITS_PER_ONE)}.${fraction}`
}

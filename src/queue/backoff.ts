const LONGEST_MS = 15 * 60_000

/**
 * Milliseconds to wait before the next try: `baseMs` doubled per failure with up to a quarter of jitter, at most 15 minutes.
 * A time the vendor asked for wins, bounded the same way, so that an absurd Retry-After cannot stop a lane for a year.
 * @param random between 0 and 1
 */
export function backoff(o: {
  baseMs: number
  failures: number
  retryAfter?: number | undefined
  random: number
}): number {
  if (o.retryAfter !== undefined) return Math.min(Math.max(o.retryAfter, o.baseMs), LONGEST_MS)
  const doubled = Math.min(o.baseMs * 2 ** Math.max(0, o.failures - 1), LONGEST_MS)
  return Math.round(doubled * (0.75 + 0.25 * o.random))
}

/**
 * How many calls Intercom allows, by the headers of its own answers: a number of calls per window of ten seconds, and when
 * the window ends. https://developers.intercom.com/docs/references/rest-api/errors/rate-limiting
 */
export interface Limits {
  /** Calls per ten seconds; null until an answer said so. */
  per10s(): number | null
  observe(headers: Headers): void
}

/** @param onExhausted the window has no calls left; it ends at `resetAt` (Unix ms) */
export function createLimits(onExhausted: (resetAt: number) => void): Limits {
  let limit: number | null = null
  return {
    per10s: () => limit,
    observe(headers) {
      const stated = numberIn(headers, 'x-ratelimit-limit')
      if (stated !== null && stated > 0) limit = stated
      const reset = numberIn(headers, 'x-ratelimit-reset')
      if (numberIn(headers, 'x-ratelimit-remaining') === 0 && reset !== null) onExhausted(reset * 1000)
    },
  }
}

function numberIn(headers: Headers, name: string): number | null {
  const text = headers.get(name)
  return text !== null && /^\d{1,12}$/.test(text) ? Number(text) : null
}

const WINDOW_MS = 10_000
/** 10,000 calls a minute, spread over windows of 10 seconds. */
const DEFAULT_PER_WINDOW = 1666

export interface RateLimit {
  /** False when this window has no calls left. */
  take(): boolean
  headers(): Record<string, string>
}

/** https://developers.intercom.com/docs/references/rest-api/errors/rate-limiting */
export function createRateLimit(now: () => number, perWindow = DEFAULT_PER_WINDOW): RateLimit {
  let window = 0
  let used = 0
  const turn = () => {
    const current = Math.floor(now() / WINDOW_MS)
    if (current !== window) used = 0
    window = current
  }
  return {
    take() {
      turn()
      used += 1
      return used <= perWindow
    },
    headers() {
      turn()
      return {
        'x-ratelimit-limit': String(perWindow),
        'x-ratelimit-remaining': String(Math.max(0, perWindow - used)),
        'x-ratelimit-reset': String(((window + 1) * WINDOW_MS) / 1000),
      }
    },
  }
}

import type { RequestHandler, Response } from 'express'
import { refuse } from './answers.ts'

/** Enough for any program that does not loop. */
const REQUESTS_PER_MINUTE = 600
const MINUTE_MS = 60_000

/**
 * Each caller (the token, or a session that was put into `res.locals.caller`) may ask so often in a minute; what is beyond is
 * answered 429, with Retry-After in seconds.
 * @param o.now Unix ms
 */
export function limitRate({ now }: { now: () => number }): RequestHandler {
  let minute = 0
  const asked = new Map<string, number>()
  return (_req, res, next) => {
    const at = now()
    if (Math.floor(at / MINUTE_MS) !== minute) {
      minute = Math.floor(at / MINUTE_MS)
      asked.clear()
    }
    const caller = callerOf(res)
    const times = (asked.get(caller) ?? 0) + 1
    if (times > REQUESTS_PER_MINUTE) {
      res.set('retry-after', String(Math.ceil(((minute + 1) * MINUTE_MS - at) / 1000)))
      return refuse(res, 'rate_limited')
    }
    asked.set(caller, times)
    next()
  }
}

const callerOf = (res: Response): string => res.locals.caller ?? 'token'

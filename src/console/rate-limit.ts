import type { RequestHandler, Response } from 'express'
import { refuse } from './answers.ts'

/** Enough for any program that does not loop. */
const REQUESTS_PER_MINUTE = 600
const MINUTE_MS = 60_000
/** More sessions than an operator has; beyond, the idle ones are forgotten. */
const CALLERS = 1000

/**
 * Each caller (the token, or a session that was put into `res.locals.caller`) has a budget that fills up again evenly. Beyond
 * it requests are answered 429, with Retry-After in seconds.
 * @param o.now Unix ms
 */
export function limitRate({ now }: { now: () => number }): RequestHandler {
  const spent = new Map<string, { requests: number; at: number }>()
  const left = (caller: string) => {
    const { requests, at } = spent.get(caller) ?? { requests: 0, at: 0 }
    return Math.max(0, requests - (Math.max(0, now() - at) * REQUESTS_PER_MINUTE) / MINUTE_MS)
  }
  return (_req, res, next) => {
    const caller = callerOf(res)
    const requests = left(caller)
    if (requests + 1 > REQUESTS_PER_MINUTE) {
      const seconds = ((requests + 1 - REQUESTS_PER_MINUTE) * MINUTE_MS) / REQUESTS_PER_MINUTE / 1000
      res.set('retry-after', String(Math.ceil(seconds)))
      return refuse(res, 'rate_limited')
    }
    if (spent.size >= CALLERS) for (const known of spent.keys()) if (left(known) === 0) spent.delete(known)
    spent.set(caller, { requests: requests + 1, at: now() })
    next()
  }
}

const callerOf = (res: Response): string => res.locals.caller ?? 'token'

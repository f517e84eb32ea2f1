import type { Rate } from '../queue/pace.ts'
import type { Ctx } from './context.ts'

/** Evenly spread calls use this much of what is allowed; the rest may be made in a burst. Together they never exceed it. */
const EVEN_SHARE = 0.97

/** `intercom`, `twilio`, or one of our senders as `twilio:<address>`. */
export function rateOf(ctx: Ctx, door: string): Rate {
  const { intercomPerMinute, twilioPerSecond } = ctx.config.behaviour.limits
  if (door === 'intercom') {
    const allowed = Math.min(intercomPerMinute / 6, ctx.intercom.callsPer10s() ?? Number.POSITIVE_INFINITY)
    return { everyMs: 10_000 / (allowed * EVEN_SHARE), burst: Math.floor(allowed * (1 - EVEN_SHARE)) }
  }
  const sender = door.replace(/^twilio:/, '')
  const perSecond = twilioPerSecond[sender] ?? twilioPerSecond.default
  return { everyMs: 1000 / perSecond, burst: 0 }
}

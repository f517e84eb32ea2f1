import type { Rate } from '../queue/pace.ts'
import type { Ctx } from './context.ts'

/**
 * So much of what is allowed is used: calls that come up to 200 ms late, and go out another 100 ms later, together with the
 * next ones do not exceed it.
 */
const SHARE = 0.97

/** Slack takes a message per second and webhook: https://docs.slack.dev/apis/web-api/rate-limits */
const SLACK_EVERY_MS = 1000

/**
 * `intercom`, `twilio`, `responder`, a target of `notify` as `notify:<kind>:<key>`, or one of our senders as
 * `twilio:<address>`.
 */
export function rateOf(ctx: Ctx, door: string): Rate {
  const { intercomPerMinute, twilioPerSecond } = ctx.config.behaviour.limits
  if (door === 'intercom') {
    const allowed = Math.min(intercomPerMinute / 6, ctx.intercom.callsPer10s() ?? Number.POSITIVE_INFINITY)
    return { everyMs: 10_000 / (allowed * SHARE) }
  }
  // How fast the operator's own bot is asked is bounded by how many questions are open at once (ask-responder.ts).
  if (door === 'responder') return { everyMs: 0 }
  if (door.startsWith('notify:')) return { everyMs: door.startsWith('notify:slack:') ? SLACK_EVERY_MS : 0 }
  const sender = door.replace(/^twilio:/, '')
  const perSecond = twilioPerSecond[sender] ?? twilioPerSecond.default
  return { everyMs: 1000 / perSecond }
}

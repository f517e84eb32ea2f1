import { instantOf, localTime } from './local-time.ts'

/** The choices of a teammate who sends later; `at` is a time in their own words. */
export const SEND_TIMES = { now: 'Now', hour: 'In an hour', tomorrow: 'Tomorrow at 09:00', at: 'At the time below' }

/** What Twilio's own scheduling allows: https://www.twilio.com/docs/messaging/features/message-scheduling */
const SOONEST_MS = 15 * 60_000
const LATEST_MS = 35 * 86_400_000

const LOCAL = /^(\d{4})-(\d{1,2})-(\d{1,2})[ T](\d{1,2}):(\d{2})$/
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/

/** Unix ms, or null for at once; `fault` is a sentence for the teammate. */
export type SendTime = { at: number | null } | { fault: string }

/**
 * When a text is to be sent. `written` is `2026-11-24 09:00` by the clocks of `zone`, or an ISO time with its offset; it
 * must lie between 15 minutes and 35 days ahead.
 */
export function sendTime(o: { choice: string; written: string; zone: string; now: number }): SendTime {
  const written = o.written.trim()
  if (o.choice !== 'at') {
    if (written !== '')
      return { fault: 'There is a time, but it is not chosen: choose “At the time below”, or empty it.' }
    return { at: chosen(o.choice, o.zone, o.now) }
  }
  const at = INSTANT.test(written) ? Date.parse(written) : readLocal(written, o.zone)
  if (at === null || Number.isNaN(at)) return { fault: 'The time is not understood: write it as 2026-11-24 09:00.' }
  if (at < o.now + SOONEST_MS) return { fault: 'The time must be at least 15 minutes from now.' }
  if (at > o.now + LATEST_MS) return { fault: 'The time must be within the next 35 days.' }
  return { at }
}

function chosen(choice: string, zone: string, now: number): number | null {
  if (choice === 'hour') return now + 3_600_000
  if (choice !== 'tomorrow') return null
  const { year, month, day } = localTime(now, zone)
  return instantOf({ year, month, day: day + 1, hour: 9, minute: 0 }, zone)
}

function readLocal(written: string, zone: string): number | null {
  const match = LOCAL.exec(written)
  if (!match) return null
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = match.slice(1).map(Number)
  const real = new Date(Date.UTC(year, month - 1, day, hour, minute))
  const same = real.getUTCMonth() + 1 === month && real.getUTCDate() === day
  return same && hour < 24 && minute < 60 ? instantOf({ year, month, day, hour, minute }, zone) : null
}

import { instantOf, localTime } from './local-time.ts'

/** Business hours and quiet hours, by the clock on the wall of a time zone. No I/O; all instants are Unix milliseconds. */

export interface Hours {
  /** IANA name. */
  timezone: string
  /** Per weekday "HH:MM-HH:MM"; an end that is not after the beginning is on the next day. */
  week: Partial<Record<Weekday, readonly string[]>>
  /** "YYYY-MM-DD": closed all day. */
  closedOn: readonly string[]
}

type Weekday = 'sun' | 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat'

const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const
const DAY_MS = 86_400_000

/** Whether somebody is there at this instant. What began before midnight goes on after it, but never into a closed day. */
export function isOpen({ timezone, week, closedOn }: Hours, at: number): boolean {
  const { day, minutes } = wallTime(at, timezone)
  if (closedOn.includes(dateOf(day))) return false
  const today = spansOf(week, day).some(({ from, to }) => minutes >= from && (to <= from || minutes < to))
  const yesterday = day - DAY_MS
  const fromYesterday = !closedOn.includes(dateOf(yesterday))
  return today || (fromYesterday && spansOf(week, yesterday).some(({ from, to }) => to <= from && minutes < to))
}

/**
 * When quiet hours that hold at this instant are over; null when none do.
 * @param quiet times of day "HH:MM"; an end before the beginning is on the next day
 * @param zones where the customer may be: it is quiet while it is so in any of them
 */
export function quietUntil(quiet: { from: string; to: string }, zones: readonly string[], at: number): number | null {
  let until = at
  // When it is over in one place it may have begun in another; where it never ends, waiting for ever helps nobody.
  while (until - at < DAY_MS) {
    const ends = zones.flatMap((zone) => quietEnd(quiet, zone, until) ?? [])
    if (ends.length === 0) break
    until = Math.max(...ends)
  }
  return until === at ? null : until
}

function quietEnd(quiet: { from: string; to: string }, zone: string, at: number): number | null {
  const [from, to] = [minutesOf(quiet.from), minutesOf(quiet.to)]
  const { day, minutes } = wallTime(at, zone)
  const overnight = to < from
  const isQuiet = overnight ? minutes >= from || minutes < to : minutes >= from && minutes < to
  if (!isQuiet) return null
  const endDay = overnight && minutes >= from ? day + DAY_MS : day
  const [year = 0, month = 0, date = 0] = dateOf(endDay).split('-').map(Number)
  return instantOf({ year, month, day: date, hour: Math.floor(to / 60), minute: to % 60 }, zone)
}

function spansOf(week: Hours['week'], day: number): { from: number; to: number }[] {
  const weekday = WEEKDAYS[new Date(day).getUTCDay()] ?? 'sun'
  return (week[weekday] ?? []).map((span) => ({ from: minutesOf(span.slice(0, 5)), to: minutesOf(span.slice(6)) }))
}

const minutesOf = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))

const dateOf = (day: number) => new Date(day).toISOString().slice(0, 10)

/** The date on the wall, as the Unix ms of that date's midnight in UTC, and the minutes since midnight on the wall. */
function wallTime(at: number, zone: string): { day: number; minutes: number } {
  const { year, month, day, hour, minute } = localTime(at, zone)
  return { day: Date.UTC(year, month - 1, day), minutes: hour * 60 + minute }
}

export interface LocalTime {
  year: number
  /** 1 to 12. */
  month: number
  day: number
  hour: number
  minute: number
}

const DAY = 86_400_000

/**
 * When the clocks of a zone show this, in Unix ms. Of two such instants, where clocks go back, the first; a time that the
 * clocks skip is as long after the jump as it would have been after its beginning.
 * @param zone IANA name
 */
export function instantOf({ year, month, day, hour, minute }: LocalTime, zone: string): number {
  const wall = Date.UTC(year, month - 1, day, hour, minute)
  const [before, after] = [wall - offset(wall - DAY, zone), wall - offset(wall + DAY, zone)]
  const shows = (at: number) => at + offset(at, zone) === wall
  return shows(before) || !shows(after) ? before : after
}

/** What the clocks of a zone show at an instant (Unix ms). */
export function localTime(at: number, zone: string): LocalTime {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone: zone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  }).formatToParts(at)
  const read = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((part) => part.type === type)?.value)
  return { year: read('year'), month: read('month'), day: read('day'), hour: read('hour'), minute: read('minute') }
}

/** `2026-11-24 09:00` */
export function formatLocal(at: number, zone: string): string {
  const { year, month, day, hour, minute } = localTime(at, zone)
  const two = (n: number) => String(n).padStart(2, '0')
  return `${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}`
}

/** How far a zone's clocks are ahead of UTC, in ms. */
function offset(at: number, zone: string): number {
  const { year, month, day, hour, minute } = localTime(at, zone)
  return Date.UTC(year, month - 1, day, hour, minute) - Math.floor(at / 60_000) * 60_000
}

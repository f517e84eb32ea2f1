import type { Vendor } from '../errors.ts'
import { backlogOf, type RecentCall, recentCalls, type ShutDoor, shutDoors } from '../queue/observe.ts'
import type { Db } from '../store/database.ts'

/** Enough to tell a bad moment from a bad day, and read in a moment. */
const CALLS_LOOKED_AT = 300

export interface HealthParts {
  db: Db
  now: () => number
  /** Why the bridge cannot work, in words; empty when it can. */
  troubles: () => Promise<string[]>
  /** Whom an effect of this kind calls. */
  vendorOf: (kind: string) => Vendor | undefined
}

interface ServiceHealth {
  name: string
  /** `ok`, `waiting` for a time that it asked for, `failing` where its latest call did not work, or `down` until a person mends it. */
  state: 'ok' | 'waiting' | 'failing' | 'down'
  /** A sentence; null when there is nothing to say. */
  words: string | null
  /** Of its latest calls: how many there were, how many did not work, and how long they took in the middle (ms). */
  calls: number
  failed: number
  medianMs: number | null
  /** When it last answered as it should. */
  workedAt: string | null
}

/** How the bridge and both services are, and what waits. */
export async function healthOf({ db, now, troubles, vendorOf }: HealthParts) {
  const reasons = await troubles()
  const [calls, doors] = [await recentCalls(db, CALLS_LOOKED_AT), await shutDoors(db, now())]
  const { dueSince, ...backlog } = await backlogOf(db, now())
  const service = (name: string, vendor: Vendor) =>
    serviceHealth(
      name,
      calls.filter(({ kind }) => vendorOf(kind) === vendor),
      doors.filter(({ door }) => door === vendor || door.startsWith(`${vendor}:`)),
    )
  return {
    ready: reasons.length === 0,
    reasons,
    services: [service('Twilio', 'twilio'), service('Intercom', 'intercom')],
    backlog: { ...backlog, oldestSeconds: dueSince === null ? 0 : Math.round((now() - dueSince) / 1000) },
  }
}

const WORKED = new Set(['accepted', 'not found'])

function serviceHealth(name: string, calls: RecentCall[], doors: ShutDoor[]): ServiceHealth {
  const worked = calls.filter(({ outcome }) => WORKED.has(outcome))
  const [latest] = calls
  const took = calls.map(({ startedAt, endedAt }) => endedAt - startedAt).sort((a, b) => a - b)
  const trouble = doors.find((door) => door.trouble !== null)?.trouble ?? null
  const shut = doors.length > 0
  const failing = latest !== undefined && !WORKED.has(latest.outcome)
  return {
    name,
    state: trouble !== null ? 'down' : shut ? 'waiting' : failing ? 'failing' : 'ok',
    words: trouble ?? (shut ? 'Too many calls for now; the bridge goes on by itself.' : failing ? latest.error : null),
    calls: calls.length,
    failed: calls.length - worked.length,
    medianMs: took[Math.floor(took.length / 2)] ?? null,
    workedAt: worked[0] ? new Date(worked[0].endedAt).toISOString() : null,
  }
}

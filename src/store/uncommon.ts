import { sql } from 'kysely'

/** All but those in which the vast majority of texts ends: `posted` and `delivered`. The index has the same list: a change is one of both. */
const UNCOMMON = [
  ...(['received', 'dead', 'scheduled', 'queued', 'sending', 'sent'] as const),
  ...(['undelivered', 'failed', 'blocked', 'unknown', 'canceled'] as const),
]

/**
 * Written out instead of bound, so that the database sees that its index of them is meant: those few are found without
 * reading through all the others.
 */
export const uncommon = sql<boolean>`messages.status in (${sql.join(UNCOMMON.map((status) => sql.lit(status)))})`

export function isUncommon(status: string): boolean {
  return UNCOMMON.some((one) => one === status)
}

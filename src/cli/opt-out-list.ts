import { parseSender } from '../config/senders.ts'
import { canReplyTo, normalizeAddress } from '../rules/phone.ts'

/** The columns of a list of opt-outs, in their order; all but the first may be left out. */
export const OPT_OUT_COLUMNS = ['phone', 'from', 'source', 'reason', 'created_at'] as const

export type OptOutRow = Partial<Record<(typeof OPT_OUT_COLUMNS)[number], string>>

/** Somebody who wants no texts. */
export interface ListedOptOut {
  customer: string
  /** One of our numbers; empty = all of them. */
  number: string
  reason: string
  /** Unix ms; undefined when the list does not say. */
  at: number | undefined
}

const LONGEST_REASON = 500
const ISO_TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/

/** One row of a list, or what is wrong with it. `now` in Unix ms. */
export function readOptOut(
  row: OptOutRow,
  o: { defaultCountry: string; now: number },
): ListedOptOut | { fault: string } {
  const customer = normalizeAddress(row.phone ?? '', o.defaultCountry)
  if (!canReplyTo(customer)) return { fault: 'phone is not a number that can be texted' }
  const number = row.from?.trim() ? parseSender(row.from) : ''
  if (number === undefined) return { fault: 'from is not one of our numbers, such as +12025550199; empty means all' }
  const when = row.created_at?.trim() ?? ''
  const at = when === '' ? undefined : ISO_TIME.test(when) ? Date.parse(when) : Number.NaN
  if (Number.isNaN(at)) return { fault: 'created_at is not a time such as 2026-11-24T08:00:00Z' }
  if (at !== undefined && at > o.now) return { fault: 'created_at is in the future' }
  return { customer, number, reason: (row.reason ?? '').slice(0, LONGEST_REASON), at }
}

/** A customer's own words must not become a formula in whoever's spreadsheet: https://owasp.org/www-community/attacks/CSV_Injection */
export const safeInSpreadsheet = (words: string): string => (/^[=+\-@\t\r]/.test(words) ? `'${words}` : words)

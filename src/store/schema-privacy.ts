import type { Generated } from 'kysely'

/** Unix milliseconds. */
type Time = number

/** Keys of what is gone, as keyed hashes: what comes again is known, and nobody can read from them whom it was about. */
interface ErasedTable {
  hash: string
  erased_at: Time
}

/** Somebody's data is to go, or has gone. */
interface ErasuresTable {
  id: Generated<number>
  /** The pseudonym of the number. */
  subject: string
  /** JSON: the addresses and ids that are looked for; null once nothing is left. */
  person: string | null
  /** 1: the texts are redacted at Twilio as well. */
  at_twilio: number
  /** JSON: how much of what is gone. */
  counts: string
  requested_at: Time
  finished_at: Time | null
}

export interface PrivacySchema {
  erased: ErasedTable
  erasures: ErasuresTable
}

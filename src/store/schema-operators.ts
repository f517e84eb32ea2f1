import type { Generated } from 'kysely'

/** Unix milliseconds. */
type Time = number

/** Who changed what, and when: rows are added, never changed or taken away. */
export interface AuditTable {
  id: Generated<number>
  at: Time
  actor: string
  action: string
  target: string | null
  phone: string | null
  /** JSON. */
  details: string
}

/** What the messages of one hour come to: kept because nobody can wait until a million of them are counted. */
export interface HourlyTable {
  /** When it began (UTC). */
  hour: Time
  direction: 'inbound' | 'outbound'
  status: string
  /** Empty where there is none. */
  error_code: string
  /** One of those that came with the code. */
  error_message: string | null
  /** Empty while no price is known. */
  price_unit: string
  messages: number
  segments: number
  /** What Twilio took, in hundred-millionths of the unit. */
  cost: number
}

/** How long a customer waited for the first answer, and how long a conversation was open; of whom is not kept. */
export interface DurationsTable {
  id: Generated<number>
  kind: 'first_reply' | 'closed'
  /** When it ended. */
  at: Time
  seconds: number
}

/** The words of all messages, to search in; kept in step by triggers. https://sqlite.org/fts5.html */
export interface MessagesTextTable {
  /** The message. */
  rowid: number
  body: string
}

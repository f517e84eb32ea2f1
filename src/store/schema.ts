import type { ColumnType, Generated } from 'kysely'
import type { AuditTable, DurationsTable, HourlyTable, MessagesTextTable } from './schema-operators.ts'
import type { PrivacySchema } from './schema-privacy.ts'

/** Unix milliseconds. */
type Time = number

/** What the outside told us, once each; `key` makes a duplicate impossible for good. */
export interface FactsTable {
  id: Generated<number>
  key: string
  kind: string
  lane: string
  /** JSON, one of the shapes in `flows/facts.ts`. */
  body: string
  state: 'ready' | 'done' | 'dead'
  received_at: Time
  attempts: ColumnType<number, number | undefined, number>
  error: string | null
  trace: string | null
}

export type EffectState = 'ready' | 'sending' | 'uncertain' | 'done' | 'canceled' | 'dead' | 'unknown'

/** One thing a person can see, written down before it is tried. */
export interface EffectsTable {
  id: Generated<number>
  kind: string
  lane: string
  message_id: number | null
  /** JSON: what is to be done. */
  body: string
  state: EffectState
  /** JSON: step and request of the call in flight or in doubt. */
  request: string | null
  /** Number of the latest call, part of its marker. */
  attempt: ColumnType<number, number | undefined, number>
  /** Calls that failed; at `timing.maxAttempts` the effect is dead. */
  failures: ColumnType<number, number | undefined, number>
  /** When the latest call began. */
  started_at: Time | null
  /** When the outcome of the latest call became uncertain, and of the first such call. */
  doubt_at: Time | null
  first_doubt_at: Time | null
  lookups: ColumnType<number, number | undefined, number>
  /** When its next call may be made, given the pace of its door. */
  slot_at: number | null
  resends: ColumnType<number, number | undefined, number>
  error: string | null
  /** As that of the fact it comes from. */
  trace: string | null
  created_at: Time
  updated_at: Time
}

/** One call to a vendor, and how it ended. */
export interface AttemptsTable {
  id: Generated<number>
  effect_id: number
  message_id: number | null
  step: string
  started_at: Time
  ended_at: Time
  outcome: string
  code: string | null
  error: string | null
}

/** The unit of order: whatever is in one lane is worked one at a time, oldest first. */
export interface LanesTable {
  key: string
  /** When there is something to do. */
  due_at: Time
  lease_owner: string | null
  lease_until: Time | null
  /** Fencing: every write of a worker names the epoch under which it took the lane. */
  epoch: ColumnType<number, number | undefined, number>
}

/** When each door to a vendor may be used next; shared by all instances. */
export interface PacesTable {
  door: string
  next_at: number
  not_before: Time
  /** What a person has to mend before it opens again. */
  trouble: string | null
}

/** A customer's address and the Intercom contact it belongs to. */
export interface ContactsTable {
  customer: string
  contact_id: string
  /** As Intercom had it when the contact was found. */
  name: string | null
  /** When the bridge created the contact itself; null when it was found. */
  made_at: Time | null
  updated_at: Time
}

/** Our number and a customer's address, with the conversation they are in now. */
export interface ThreadsTable {
  id: Generated<number>
  /** The number that replies leave from. */
  number: string
  customer: string
  /** The number that the thread is for; empty where it is for all of them (`threads.scope: customer`). */
  for_number: string
  conversation_id: string | null
  /** The latest text sent by program; the customer's answer to it opens a conversation of its own. */
  prompted_by: number | null
  /** What an agent wants of the customer's next text: a conversation of its own, or this one whatever its age. */
  next_text: 'new' | 'keep' | null
  /** 1: people answer in its conversation, so the responder is not asked. */
  handed_over: ColumnType<number, number | undefined, number>
  created_at: Time
  updated_at: Time
}

/** Every Intercom conversation a thread has ever been in, so that a reply in an old one still finds its customer. */
export interface ConversationsTable {
  id: string
  thread_id: number
  /** As whom the customer writes in it; null when that contact is gone: whoever the customer is found to be now. */
  contact_id: string | null
  /** The number of ours that its agents were last told of. */
  named_number: string
  /** When it was opened last. */
  opened_at: Time
  /** When a teammate first answered in it; null while nobody has. */
  replied_at: Time | null
  /** Null while it is open. */
  closed_at: Time | null
  /** When it was last opened or closed, by Intercom's clock. */
  changed_at: Time
  created_at: Time
}

export interface MessagesTable {
  id: Generated<number>
  thread_id: number
  /** The number of ours that it came to, or leaves from; empty: a Messaging Service chooses. */
  number: string
  direction: 'inbound' | 'outbound'
  status: string
  channel: string
  body: string
  /** JSON: `{ url, contentType, name? }[]`. */
  media: string
  segments: number | null
  /** What all its attempts together have cost, as Twilio writes it: negative. Null while nothing is known. */
  price: string | null
  price_unit: string | null
  twilio_sid: string | null
  conversation_id: string | null
  /** Inbound: the part the text became. Outbound: the part it came from. */
  part_id: string | null
  contact_id: string | null
  error_code: string | null
  error_message: string | null
  /** Who made it say this: the customer, an agent's `reply`, or a program (`api`, `series` …). */
  origin: string
  /** The requester's own key: the same key never makes a second message. */
  request_key: string | null
  /** When it is to be sent; null for at once. */
  send_at: Time | null
  /** 1: not sent if the customer writes first. */
  cancel_on_reply: number
  /** For the conversation that the customer's answer begins; never texted. */
  title: string | null
  /** Where it came about: what Twilio says of it later belongs there as well. */
  trace: string | null
  created_at: Time
  updated_at: Time
}

/** What Twilio takes for one text of its own, a message of ours each time it is sent. */
export interface ChargesTable {
  sid: string
  message_id: number
  price: string | null
  /** When Twilio is asked next; null when there is nothing more to ask. */
  due_at: Time | null
  created_at: Time
}

/** A customer wants no texts from one of our numbers, or (`number` empty) from any; over when `ended_at` is set. */
export interface OptOutsTable {
  id: Generated<number>
  customer: string
  number: string
  source: string
  reason: string
  created_at: Time
  ended_at: Time | null
  ended_by: string | null
}

/** What the bridge decided to say to a customer by itself, or (kind `stopped`) why it fell silent. */
export interface AutomaticTextsTable {
  id: Generated<number>
  customer: string
  kind: string
  decided_at: Time
}

/** A question asked when a conversation was closed, and what the customer made of it: what the statistics count. */
export interface SurveysTable {
  id: Generated<number>
  thread_id: number
  conversation_id: string
  /** The question, or null where it could not be texted. */
  message_id: number | null
  asked_at: Time
  /** Answers that come later are words like any other. */
  valid_until: Time
  /** One of the `answers` of the behaviour file. */
  answer: string | null
  answered_at: Time | null
}

/** The bridge's own notes, by the part they became. */
export interface NotesTable {
  part_id: string
  conversation_id: string
  posted_at: Time
}

/** An agent's attachment, kept until Twilio or the customer has had time to fetch it. */
export interface MediaTable {
  id: Generated<number>
  part_id: string
  name: string
  content_type: string
  data: Buffer
  expires_at: Time
}

export interface SettingsTable {
  key: string
  value: string
}

export interface Schema extends PrivacySchema {
  facts: FactsTable
  effects: EffectsTable
  attempts: AttemptsTable
  lanes: LanesTable
  paces: PacesTable
  /** What one of all instances does from time to time, and when it may be done again. */
  tasks: { name: string; next_at: Time }
  contacts: ContactsTable
  threads: ThreadsTable
  conversations: ConversationsTable
  messages: MessagesTable
  charges: ChargesTable
  notes: NotesTable
  media: MediaTable
  opt_outs: OptOutsTable
  automatic_texts: AutomaticTextsTable
  surveys: SurveysTable
  settings: SettingsTable
  audit: AuditTable
  hourly: HourlyTable
  durations: DurationsTable
  messages_text: MessagesTextTable
}

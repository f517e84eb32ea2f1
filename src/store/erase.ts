import { sql } from 'kysely'
import type { Db, Tx } from './database.ts'
import { forgetKeys, requestName } from './erased.ts'

/** Who is to be erased: the addresses of one number, and what else names them in rows that are not their own. */
export interface Person {
  /** The number itself, and the same number as WhatsApp and RCS write it. */
  addresses: string[]
  /** Intercom's ids of contacts that nobody else's address belongs to. */
  contacts: string[]
  conversations: string[]
}

/** Null where nothing is held about any of these addresses but, perhaps, an opt-out under a pseudonym. */
export async function findPerson(db: Db | Tx, addresses: string[]): Promise<Person | null> {
  const threads = await db
    .selectFrom('threads')
    .select(['id', 'conversation_id'])
    .where('customer', 'in', addresses)
    .execute()
  const inThreads = await db
    .selectFrom('conversations')
    .select('id')
    .where('thread_id', 'in', threadsOf(db, addresses))
    .execute()
  const own = await db.selectFrom('contacts').select('contact_id').where('customer', 'in', addresses).execute()
  const contacts = own.map(({ contact_id }) => contact_id)
  const shared = contacts.length === 0 ? [] : await ofOthers(db, contacts, addresses)
  const held = threads.length + contacts.length > 0 || (await standsAlone(db, addresses))
  if (!held) return null
  const current = threads.flatMap(({ conversation_id }) => conversation_id ?? [])
  return {
    addresses,
    contacts: contacts.filter((id) => !shared.includes(id)),
    conversations: [...new Set([...inThreads.map(({ id }) => id), ...current])],
  }
}

const threadsOf = (db: Db | Tx, addresses: string[]) =>
  db.selectFrom('threads').select('threads.id').where('customer', 'in', addresses)

async function ofOthers(db: Db | Tx, contacts: string[], addresses: string[]): Promise<string[]> {
  const rows = await db
    .selectFrom('contacts')
    .select('contact_id')
    .where('contact_id', 'in', contacts)
    .where('customer', 'not in', addresses)
    .execute()
  return rows.map(({ contact_id }) => contact_id)
}

/** Rows that need no thread. */
async function standsAlone(db: Db | Tx, addresses: string[]): Promise<boolean> {
  for (const table of ['opt_outs', 'automatic_texts'] as const) {
    const row = await db.selectFrom(table).select('id').where('customer', 'in', addresses).executeTakeFirst()
    if (row) return true
  }
  return false
}

/** Texts that have not begun to leave will not. Returns how many. */
export async function cancelUnsent(tx: Tx, addresses: string[], now: number): Promise<number> {
  const canceled = await tx
    .updateTable('messages')
    .set({ status: 'canceled', updated_at: now })
    .where('thread_id', 'in', threadsOf(tx, addresses))
    .where('status', 'in', ['scheduled', 'queued'])
    .executeTakeFirst()
  return Number(canceled.numUpdatedRows)
}

/** A message as far as erasing it takes. */
export interface GoneMessage {
  id: number
  thread_id: number
  part_id: string | null
  request_key: string | null
  /** JSON. */
  media: string
}

/** Written out, so that the index of a message's effects is used for each. */
const atRest = sql<boolean>`not exists (select 1 from effects where effects.message_id = messages.id and effects.state in ('ready', 'sending', 'uncertain'))`

/** Messages of these customers about which nothing more is to be done, the oldest first. */
export function messagesAtRest(tx: Tx, addresses: string[], limit: number): Promise<GoneMessage[]> {
  return tx
    .selectFrom('messages')
    .select(['id', 'thread_id', 'part_id', 'request_key', 'media'])
    .where('thread_id', 'in', threadsOf(tx, addresses))
    .where(atRest)
    .orderBy('id')
    .limit(limit)
    .execute()
}

/** Ids of all of them. */
export async function messageIds(db: Db, addresses: string[]): Promise<number[]> {
  const rows = await db.selectFrom('messages').select('id').where('thread_id', 'in', threadsOf(db, addresses)).execute()
  return rows.map(({ id }) => id)
}

/** Conversations of these customers that are not closed. */
export async function openConversations(tx: Tx, addresses: string[]): Promise<string[]> {
  const rows = await tx
    .selectFrom('conversations')
    .select('id')
    .where('thread_id', 'in', threadsOf(tx, addresses))
    .where('closed_at', 'is', null)
    .execute()
  return rows.map(({ id }) => id)
}

export async function countMessages(db: Db | Tx, addresses: string[]): Promise<number> {
  const { count } = await db
    .selectFrom('messages')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('thread_id', 'in', threadsOf(db, addresses))
    .executeTakeFirstOrThrow()
  return Number(count)
}

/**
 * Messages go, with their attempts, charges and kept files; what would bring them back is forgotten by intent.
 * @param also more keys that would
 * @returns Twilio's SIDs of all that was ever sent or received of them
 */
export async function deleteMessages(tx: Tx, gone: GoneMessage[], also: string[], now: number): Promise<string[]> {
  if (gone.length === 0) return []
  const ids = gone.map(({ id }) => id)
  const charged = await tx.selectFrom('charges').select('sid').where('message_id', 'in', ids).execute()
  const sent = await tx.selectFrom('messages').select('twilio_sid').where('id', 'in', ids).execute()
  const sids = [...new Set([...charged.map(({ sid }) => sid), ...sent.flatMap(({ twilio_sid }) => twilio_sid ?? [])])]
  const requests = gone.flatMap(({ request_key }) => (request_key === null ? [] : [requestName(request_key)]))
  await forgetKeys(tx, [...sids.map((sid) => `sms:${sid}`), ...requests, ...also], now)
  await tx
    .updateTable('threads')
    .set({ prompted_by: null })
    .where(
      'id',
      'in',
      gone.map(({ thread_id }) => thread_id),
    )
    .where('prompted_by', 'in', ids)
    .execute()
  await deleteFiles(tx, gone)
  await tx.deleteFrom('attempts').where('message_id', 'in', ids).execute()
  await tx.deleteFrom('charges').where('message_id', 'in', ids).execute()
  await tx.deleteFrom('messages').where('id', 'in', ids).execute()
  return sids
}

/** Agents' attachments are kept by the part they came with, and named by the message that carried them. */
async function deleteFiles(tx: Tx, gone: GoneMessage[]): Promise<void> {
  const parts = gone.flatMap(({ part_id }) => part_id ?? [])
  const named = gone.flatMap(({ media }) => [...media.matchAll(/"file:(\d+)"/g)].map(([, id]) => Number(id)))
  if (parts.length > 0) await tx.deleteFrom('media').where('part_id', 'in', parts).execute()
  if (named.length > 0) await tx.deleteFrom('media').where('id', 'in', named).execute()
}

/** A row of the queue, as far as telling whom it is about takes. */
export interface QueueRow {
  id: number
  kind: string
  lane: string
  body: string
  state: string
}
export interface EffectRow extends QueueRow {
  message_id: number | null
  created_at: number
}
export interface FactRow extends QueueRow {
  key: string
  received_at: number
}

/** How much the queue holds, as far as the ids of its rows tell. */
export async function queueSize(db: Db): Promise<number> {
  const effects = await db.selectFrom('effects').select('id').orderBy('id', 'desc').limit(1).executeTakeFirst()
  const facts = await db.selectFrom('facts').select('id').orderBy('id', 'desc').limit(1).executeTakeFirst()
  return (effects?.id ?? 0) + (facts?.id ?? 0)
}

export function effectsBehind(db: Db, after: number, limit: number): Promise<EffectRow[]> {
  return db
    .selectFrom('effects')
    .select(['id', 'kind', 'lane', 'message_id', 'body', 'state', 'created_at'])
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute()
}

export function factsBehind(db: Db, after: number, limit: number): Promise<FactRow[]> {
  return db
    .selectFrom('facts')
    .select(['id', 'key', 'kind', 'lane', 'body', 'state', 'received_at'])
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute()
}

/** Those of them whose calls are not under way or in doubt. Returns how many. */
export async function deleteEffects(tx: Tx, ids: number[]): Promise<number> {
  if (ids.length === 0) return 0
  const gone = await tx
    .deleteFrom('effects')
    .where('id', 'in', ids)
    .where('state', 'not in', ['sending', 'uncertain'])
    .executeTakeFirst()
  return Number(gone.numDeletedRows)
}

/** Those of them that are decided. Returns their keys. */
export async function deleteFacts(tx: Tx, ids: number[]): Promise<string[]> {
  if (ids.length === 0) return []
  const gone = await tx
    .deleteFrom('facts')
    .where('id', 'in', ids)
    .where('state', '!=', 'ready')
    .returning('key')
    .execute()
  return gone.map(({ key }) => key)
}

export interface Rest {
  threads: number
  conversations: number
  contacts: number
  notes: number
  surveys: number
  automaticTexts: number
}

/** What is left of a person when no message is: everything but opt-outs and the audit. */
export async function deleteRest(tx: Tx, { addresses, conversations }: Person): Promise<Rest> {
  const threads = threadsOf(tx, addresses)
  const rows = {
    // Of a list without anything PostgreSQL would not even ask.
    notes: tx.deleteFrom('notes').where('conversation_id', 'in', ['', ...conversations]),
    surveys: tx.deleteFrom('surveys').where('thread_id', 'in', threads),
    conversations: tx.deleteFrom('conversations').where('thread_id', 'in', threads),
    automaticTexts: tx.deleteFrom('automatic_texts').where('customer', 'in', addresses),
    contacts: tx.deleteFrom('contacts').where('customer', 'in', addresses),
    threads: tx.deleteFrom('threads').where('customer', 'in', addresses),
  }
  const counted = { threads: 0, conversations: 0, contacts: 0, notes: 0, surveys: 0, automaticTexts: 0 }
  for (const [name, query] of Object.entries(rows)) {
    counted[name as keyof Rest] = Number((await query.executeTakeFirst()).numDeletedRows)
  }
  return counted
}

/** Nobody begins or writes down anything in these lanes until the transaction ends. */
export async function lockLanes(tx: Tx, lanes: string[]): Promise<void> {
  await tx
    .updateTable('lanes')
    .set((e) => ({ epoch: e.ref('epoch') }))
    .where('key', 'in', lanes)
    .execute()
}

const noFact = sql<boolean>`not exists (select 1 from facts where facts.lane = lanes.key and facts.state = 'ready')`
const noEffect = sql<boolean>`not exists (select 1 from effects where effects.lane = lanes.key and effects.state in ('ready', 'sending', 'uncertain'))`

/** Those that are locked, without work and in nobody's hands; one that is being worked ends by itself. */
export async function deleteLanes(tx: Tx, lanes: string[]): Promise<void> {
  await tx
    .deleteFrom('lanes')
    .where('key', 'in', lanes)
    .where('lease_owner', 'is', null)
    .where(noFact)
    .where(noEffect)
    .execute()
}

/** What was changed by hand about a customer stays on record, under the pseudonym. */
export async function hideInAudit(tx: Tx, customer: string, pseudonym: string): Promise<void> {
  await tx.updateTable('audit').set({ phone: pseudonym }).where('phone', '=', customer).execute()
}

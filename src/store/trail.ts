import type { Db } from './database.ts'

/** One step on the way of a text. */
export interface TrailStep {
  /** A webhook told us (`fact`), a row was written (`stored`), or a call to a service ended (`call`). */
  type: 'fact' | 'stored' | 'call'
  /** Kind of the fact, status it was stored with, or name of the call. */
  name: string
  /** The status that was reported, or how the call ended. */
  outcome: string | null
  code: string | null
  /** A sentence. */
  message: string | null
  at: string
  /** Milliseconds that the call took. */
  took: number | null
}

/** Everything that is known of the way of a message, oldest first; nothing where there is no such message. */
export async function trailOf(db: Db, id: number): Promise<TrailStep[]> {
  const message = await db
    .selectFrom('messages')
    .select(['direction', 'origin', 'twilio_sid', 'part_id', 'created_at'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (!message) return []
  const sids = await sidsOf(db, id, message.twilio_sid)
  const began = message.direction === 'inbound' ? sids.map((sid) => `sms:${sid}`) : [`reply:${message.part_id}`]
  const steps = [
    ...(await factsOf(db, began)),
    { ...NOTHING, type: 'stored' as const, name: message.origin, ms: message.created_at },
    ...(await callsOf(db, id)),
    ...(message.direction === 'outbound' ? await statusesOf(db, sids) : []),
  ]
  return steps.sort((a, b) => a.ms - b.ms).map(({ ms, ...step }) => ({ ...step, at: new Date(ms).toISOString() }))
}

const NOTHING = { outcome: null, code: null, message: null, took: null }

/** The message at Twilio: each time that it was sent it is a new one. */
async function sidsOf(db: Db, id: number, latest: string | null): Promise<string[]> {
  const charged = await db.selectFrom('charges').select('sid').where('message_id', '=', id).execute()
  return [...new Set([...charged.map(({ sid }) => sid), ...(latest ? [latest] : [])])]
}

async function factsOf(db: Db, keys: string[]) {
  const facts = await db.selectFrom('facts').select(['kind', 'received_at']).where('key', 'in', keys).execute()
  return facts.map(({ kind, received_at }) => ({ ...NOTHING, type: 'fact' as const, name: kind, ms: received_at }))
}

async function callsOf(db: Db, id: number) {
  const calls = await db.selectFrom('attempts').selectAll().where('message_id', '=', id).orderBy('id').execute()
  return calls.map((call) => ({
    type: 'call' as const,
    name: call.step,
    outcome: call.outcome,
    code: call.code,
    message: call.error,
    took: call.ended_at - call.started_at,
    ms: call.ended_at,
  }))
}

/** The key of a report is `status:<sid>:<status>:<error code, or ->`. */
async function statusesOf(db: Db, sids: string[]) {
  const found = await Promise.all(
    sids.map((sid) =>
      db
        .selectFrom('facts')
        .select(['key', 'kind', 'received_at'])
        .where('key', '>', `status:${sid}:`)
        .where('key', '<', `status:${sid}:~`)
        .execute(),
    ),
  )
  return found.flat().map(({ key, kind, received_at }) => {
    const [, , status = '', code] = key.split(':')
    const known = code === undefined || code === '-' ? null : code
    return { ...NOTHING, type: 'fact' as const, name: kind, outcome: status, code: known, ms: received_at }
  })
}

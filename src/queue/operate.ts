import type { Db, Tx } from '../store/database.ts'
import type { EffectState } from '../store/schema.ts'
import { hurryLane } from './lanes.ts'

/** A fact or an effect, as an operator sees it. */
export interface Job {
  /** `e12` or `f12`. */
  id: string
  kind: string
  state: 'ready' | 'running' | 'dead'
  messageId: string | null
  attempts: number
  error: string | null
  createdAt: string
}

const EFFECT_STATES: Record<Job['state'], EffectState[]> = {
  ready: ['ready'],
  running: ['sending', 'uncertain'],
  dead: ['dead'],
}

/** Effects, newest first, then dead facts; `cursor` is the id of the last one of the page before. */
export async function listJobs(db: Db, o: { state: Job['state']; cursor?: string | undefined; limit: number }) {
  const before = o.cursor?.startsWith('e') ? Number(o.cursor.slice(1)) : null
  let query = db.selectFrom('effects').selectAll().where('state', 'in', EFFECT_STATES[o.state]).orderBy('id', 'desc')
  if (before !== null) query = query.where('id', '<', before)
  const effects = await query.limit(o.limit + 1).execute()
  const page = effects.slice(0, o.limit)
  const data = page.map((row): Job => {
    const message = row.message_id === null ? null : String(row.message_id)
    const base = { id: `e${row.id}`, kind: row.kind, state: o.state, messageId: message }
    return { ...base, attempts: row.failures, error: row.error, createdAt: new Date(row.created_at).toISOString() }
  })
  if (effects.length > page.length) return { data, next: data.at(-1)?.id ?? null }
  if (before === null && o.state === 'dead') data.push(...(await deadFacts(db, o.limit)))
  return { data, next: null }
}

async function deadFacts(db: Db, limit: number): Promise<Job[]> {
  const rows = await db
    .selectFrom('facts')
    .selectAll()
    .where('state', '=', 'dead')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map((row) => {
    const base = { id: `f${row.id}`, kind: row.kind, state: 'dead' as const, messageId: null }
    return { ...base, attempts: row.attempts, error: row.error, createdAt: new Date(row.received_at).toISOString() }
  })
}

/** A dead job is tried anew, with all its attempts before it. False when it is not dead. */
export async function retryJob(db: Db, id: string, now: number): Promise<boolean> {
  const row = Number(id.slice(1))
  return db.transaction().execute(async (tx) => {
    if (id.startsWith('f')) return revive(tx, await reviveFact(tx, row), now)
    const effect = await tx
      .updateTable('effects')
      .set({
        state: 'ready',
        failures: 0,
        resends: 0,
        lookups: 0,
        doubt_at: null,
        first_doubt_at: null,
        updated_at: now,
      })
      .where('id', '=', row)
      .where('state', '=', 'dead')
      .returning('lane')
      .executeTakeFirst()
    return revive(tx, effect?.lane, now)
  })
}

async function reviveFact(tx: Tx, id: number): Promise<string | undefined> {
  const fact = await tx
    .updateTable('facts')
    .set({ state: 'ready', attempts: 0 })
    .where('id', '=', id)
    .where('state', '=', 'dead')
    .returning('lane')
    .executeTakeFirst()
  return fact?.lane
}

async function revive(tx: Tx, lane: string | undefined, now: number): Promise<boolean> {
  if (lane === undefined) return false
  await hurryLane(tx, lane, now)
  return true
}

/** A dead job is laid to rest. False when it is not dead. */
export async function discardJob(db: Db, id: string, now: number): Promise<boolean> {
  const row = Number(id.slice(1))
  const changed = id.startsWith('f')
    ? await db
        .updateTable('facts')
        .set({ state: 'done' })
        .where('id', '=', row)
        .where('state', '=', 'dead')
        .executeTakeFirst()
    : await db
        .updateTable('effects')
        .set({ state: 'canceled', updated_at: now })
        .where('id', '=', row)
        .where('state', '=', 'dead')
        .executeTakeFirst()
  return changed.numUpdatedRows > 0n
}

/** Every dead job, oldest first, so that the texts of one customer come in order. Returns how many. */
export async function retryDead(db: Db, now: number): Promise<number> {
  const effects = await db.selectFrom('effects').select('id').where('state', '=', 'dead').orderBy('id').execute()
  const facts = await db.selectFrom('facts').select('id').where('state', '=', 'dead').orderBy('id').execute()
  const ids = [...facts.map(({ id }) => `f${id}`), ...effects.map(({ id }) => `e${id}`)]
  for (const id of ids) await retryJob(db, id, now)
  return ids.length
}

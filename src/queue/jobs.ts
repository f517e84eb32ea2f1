import { type Selectable, sql } from 'kysely'
import type { Tx } from '../store/database.ts'
import type { EffectState, EffectsTable } from '../store/schema.ts'
import { traceOf } from '../trace.ts'
import { wakeLanes } from './lanes.ts'
import type { Effect, Fact } from './work.ts'

/*
 * Written out instead of bound: the database uses the index of unfinished rows only for a condition that it can see is the
 * same, and without it would read through everything there ever was.
 */
const unfinished = sql<boolean>`state in ('ready', 'sending', 'uncertain')`
const undecided = sql<boolean>`state = 'ready'`

/** An effect with what the worker needs to know of its call under way or in doubt. */
export interface StoredEffect extends Effect {
  step: string
  request: object
  startedAt: number
  failures: number
  doubtAt: number | null
  firstDoubtAt: number | null
  lookups: number
  slotAt: number | null
  resends: number
}

export interface NewEffect {
  kind: string
  lane: string
  messageId?: number | null
  body: object
}

/** Tells the lanes, which are held from then on, and writes the effects down: numbered as they become visible. */
export async function addEffects(tx: Tx, effects: NewEffect[], now: number): Promise<void> {
  if (effects.length === 0) return
  await wakeLanes(
    tx,
    effects.map((effect) => effect.lane),
    now,
  )
  await tx
    .insertInto('effects')
    .values(
      effects.map((effect) => ({
        kind: effect.kind,
        lane: effect.lane,
        message_id: effect.messageId ?? null,
        body: JSON.stringify(effect.body),
        state: 'ready' as const,
        trace: traceOf(tx),
        created_at: now,
        updated_at: now,
      })),
    )
    .execute()
}

/** The oldest unfinished effect of a lane. */
export async function headEffect(tx: Tx, lane: string): Promise<StoredEffect | null> {
  const row = await tx
    .selectFrom('effects')
    .selectAll()
    .where('lane', '=', lane)
    .where(unfinished)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  return row ? parse(row) : null
}

export async function effectById(tx: Tx, id: number): Promise<StoredEffect | null> {
  const row = await tx.selectFrom('effects').selectAll().where('id', '=', id).executeTakeFirst()
  return row ? parse(row) : null
}

/** Effects of one kind of lane (`inbox:` …) whose calls are under way or in doubt, the oldest first. */
export async function inDoubt(tx: Tx, lanes: string): Promise<StoredEffect[]> {
  const rows = await tx
    .selectFrom('effects')
    .selectAll()
    .where('lane', '>=', lanes)
    .where('lane', '<', `${lanes}\u{10ffff}`)
    .where(unfinished)
    .execute()
  return rows
    .filter(({ state }) => state !== 'ready')
    .map(parse)
    .sort((a, b) => a.id - b.id)
}

function parse(row: Selectable<EffectsTable>): StoredEffect {
  const call = readCall(row.request)
  return {
    id: row.id,
    kind: row.kind,
    lane: row.lane,
    messageId: row.message_id,
    body: row.body,
    state: row.state,
    attempt: row.attempt,
    createdAt: row.created_at,
    trace: row.trace,
    step: call.step,
    request: call.request,
    startedAt: row.started_at ?? row.created_at,
    failures: row.failures,
    doubtAt: row.doubt_at,
    firstDoubtAt: row.first_doubt_at,
    lookups: row.lookups,
    slotAt: row.slot_at,
    resends: row.resends,
  }
}

/** A call that cannot be read is one of no step: its own effect stumbles over that, and nobody who only looks past it. */
function readCall(request: string | null): { step: string; request: object } {
  const none = { step: '', request: {} }
  try {
    return request === null ? none : JSON.parse(request)
  } catch {
    return none
  }
}

/** Bodies (JSON) of those of the same kind that wait behind this effect. */
export async function bodiesBehind(tx: Tx, effect: Effect): Promise<string[]> {
  const rows = await tx
    .selectFrom('effects')
    .select('body')
    .where('lane', '=', effect.lane)
    .where(unfinished)
    .where('kind', '=', effect.kind)
    .where('id', '>', effect.id)
    .execute()
  return rows.map((row) => row.body)
}

/** Whether there has ever been an effect of this kind about a message. */
export async function hasEffect(tx: Tx, messageId: number, kind: string): Promise<boolean> {
  const row = await tx
    .selectFrom('effects')
    .select('id')
    .where('message_id', '=', messageId)
    .where('kind', '=', kind)
    .executeTakeFirst()
  return row !== undefined
}

/** Effects of its lane that wait behind this one, the oldest first. */
export async function waitingBehind(tx: Tx, effect: Effect, limit: number): Promise<Effect[]> {
  const rows = await tx
    .selectFrom('effects')
    .selectAll()
    .where('lane', '=', effect.lane)
    .where(unfinished)
    .where('id', '>', effect.id)
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(parse)
}

/** Those that wait behind this one, and have not begun, come to the same end. Returns how many. */
export async function endThoseBehind(
  tx: Tx,
  effect: Effect,
  end: { state: 'done' | 'dead'; upTo?: number; error?: string },
  now: number,
): Promise<number> {
  const { state, upTo = Number.MAX_SAFE_INTEGER, error = null } = end
  const ended = await tx
    .updateTable('effects')
    .set({ state, error, updated_at: now })
    .where('lane', '=', effect.lane)
    .where(unfinished)
    .where('id', '>', effect.id)
    .where('id', '<=', upTo)
    .executeTakeFirst()
  return Number(ended.numUpdatedRows)
}

/** An effect learnt more about what it has to do. */
export async function replaceBody(tx: Tx, id: number, body: object): Promise<void> {
  await tx
    .updateTable('effects')
    .set({ body: JSON.stringify(body) })
    .where('id', '=', id)
    .execute()
}

/** Effects of these messages that have not begun will not begin. */
export async function cancelEffects(tx: Tx, messageIds: number[], now: number): Promise<void> {
  if (messageIds.length === 0) return
  await tx
    .updateTable('effects')
    .set({ state: 'canceled', updated_at: now })
    .where('message_id', 'in', messageIds)
    .where('state', '=', 'ready')
    .execute()
}

export interface EffectChanges {
  state?: EffectState
  request?: string | null
  attempt?: number
  started_at?: number
  failures?: number
  doubt_at?: number | null
  first_doubt_at?: number | null
  lookups?: number
  slot_at?: number | null
  resends?: number
  error?: string | null
}

export async function updateEffect(tx: Tx, id: number, changes: EffectChanges, now: number): Promise<void> {
  await tx
    .updateTable('effects')
    .set({ ...changes, updated_at: now })
    .where('id', '=', id)
    .execute()
}

/** The oldest undecided fact of a lane. */
export async function headFact(tx: Tx, lane: string): Promise<Fact | null> {
  const row = await tx
    .selectFrom('facts')
    .select(['id', 'key', 'kind', 'lane', 'body', 'received_at as receivedAt', 'trace'])
    .where('lane', '=', lane)
    .where(undecided)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  return row ?? null
}

/** Number of failed attempts after the change. */
export async function updateFact(
  tx: Tx,
  id: number,
  changes: { state?: 'done' | 'dead'; error?: string; attempts?: 'one more' },
): Promise<number> {
  const { attempts, ...set } = changes
  const row = await tx
    .updateTable('facts')
    .set((e) => ({ ...set, attempts: e('attempts', '+', attempts ? 1 : 0) }))
    .where('id', '=', id)
    .returning('attempts')
    .executeTakeFirstOrThrow()
  return row.attempts
}

export async function addAttempt(
  tx: Tx,
  a: {
    effect: Effect
    step: string
    startedAt: number
    endedAt: number
    outcome: string
    code: string | null
    error: string | null
  },
): Promise<void> {
  await tx
    .insertInto('attempts')
    .values({
      effect_id: a.effect.id,
      message_id: a.effect.messageId,
      step: a.step,
      started_at: a.startedAt,
      ended_at: a.endedAt,
      outcome: a.outcome,
      code: a.code,
      error: a.error,
    })
    .execute()
}

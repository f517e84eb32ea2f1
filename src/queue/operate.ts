import { sql } from 'kysely'
import { audit, type Doer } from '../store/audit.ts'
import type { Db, Tx } from '../store/database.ts'
import { type Page, pageOf } from '../store/page.ts'
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

/*
 * Written out instead of bound, so that the database sees that its indexes of dead and of unfinished rows are meant: of what
 * is done there is far more.
 */
const dead = sql<boolean>`state = 'dead'`
const ready = sql<boolean>`state = 'ready'`
const EFFECT_STATES: Record<Job['state'], typeof dead> = {
  ready: sql`state in ('ready', 'sending', 'uncertain') and state = 'ready'`,
  running: sql`state in ('ready', 'sending', 'uncertain') and state <> 'ready'`,
  dead,
}
/** A fact is decided within one transaction: nobody ever sees one that is running. */
const FACT_STATES: Record<Job['state'], typeof dead | null> = { ready, running: null, dead }

/** What `next` looks like: when the last job of the page was made, and its id. */
export const JOB_CURSOR = /^(\d{1,15})\.([ef])(\d{1,15})$/

/** Newest first. `cursor` is `next` of the page before. */
export async function listJobs(
  db: Db,
  o: { state: Job['state']; cursor?: string | undefined; limit: number },
): Promise<Page<Job>> {
  let query = db
    .selectFrom(jobsIn(db, o.state).as('jobs'))
    .selectAll()
    .orderBy('made_at', 'desc')
    .orderBy('id', 'desc')
    .orderBy('type', 'desc')
  const [, madeAt, type, id] = JOB_CURSOR.exec(o.cursor ?? '') ?? []
  if (type !== undefined) {
    query = query.where((e) => e(e.refTuple('made_at', 'id', 'type'), '<', e.tuple(Number(madeAt), Number(id), type)))
  }
  return pageOf(await query.limit(o.limit + 1).execute(), {
    limit: o.limit,
    show: (row) => ({
      id: `${row.type}${row.id}`,
      kind: row.kind,
      state: o.state,
      messageId: row.message_id === null ? null : String(row.message_id),
      attempts: row.attempts,
      error: row.error,
      createdAt: new Date(row.made_at).toISOString(),
    }),
    cursorOf: (last) => `${last.made_at}.${last.type}${last.id}`,
  })
}

function jobsIn(db: Db, state: Job['state']) {
  const effects = db
    .selectFrom('effects')
    .select(['id', 'kind', 'message_id', 'failures as attempts', 'error', 'created_at as made_at'])
    .select(sql<string>`'e'`.as('type'))
    .where(EFFECT_STATES[state])
  const facts = db
    .selectFrom('facts')
    .select(['id', 'kind', sql<number | null>`null`.as('message_id'), 'attempts', 'error', 'received_at as made_at'])
    .select(sql<string>`'f'`.as('type'))
  const factState = FACT_STATES[state]
  return factState === null ? effects : effects.unionAll(facts.where(factState))
}

/** The table and row of `e12` or `f12`; null for anything else. */
function readId(id: string): { fact: boolean; row: number } | null {
  return /^[ef]\d{1,15}$/.test(id) ? { fact: id.startsWith('f'), row: Number(id.slice(1)) } : null
}

/** A dead job is tried anew, with all its attempts before it. False when it is not dead. */
export async function retryJob(db: Db, id: string, by: Doer): Promise<boolean> {
  return change(db, id, { ...by, action: 'job.retried' }, async (tx, { fact, row }) => {
    const lane = fact ? await reviveFact(tx, row) : await reviveEffect(tx, row, by.at)
    if (lane === undefined) return false
    await hurryLane(tx, lane, by.at)
    return true
  })
}

async function reviveEffect(tx: Tx, id: number, now: number): Promise<string | undefined> {
  const anew = { state: 'ready', failures: 0, resends: 0, lookups: 0, doubt_at: null, first_doubt_at: null } as const
  const effect = await tx
    .updateTable('effects')
    .set({ ...anew, updated_at: now })
    .where('id', '=', id)
    .where(dead)
    .returning('lane')
    .executeTakeFirst()
  return effect?.lane
}

async function reviveFact(tx: Tx, id: number): Promise<string | undefined> {
  const fact = await tx
    .updateTable('facts')
    .set({ state: 'ready', attempts: 0 })
    .where('id', '=', id)
    .where(dead)
    .returning('lane')
    .executeTakeFirst()
  return fact?.lane
}

/** A dead job is laid to rest. False when it is not dead. */
export function discardJob(db: Db, id: string, by: Doer): Promise<boolean> {
  return change(db, id, { ...by, action: 'job.discarded' }, async (tx, { fact, row }) => {
    const laid = fact
      ? await tx.updateTable('facts').set({ state: 'done' }).where('id', '=', row).where(dead).executeTakeFirst()
      : await tx
          .updateTable('effects')
          .set({ state: 'canceled', updated_at: by.at })
          .where('id', '=', row)
          .where(dead)
          .executeTakeFirst()
    return laid.numUpdatedRows > 0n
  })
}

/** What a person does about a job, and that it was done. */
async function change(
  db: Db,
  id: string,
  entry: Doer & { action: string },
  act: (tx: Tx, job: NonNullable<ReturnType<typeof readId>>) => Promise<boolean>,
): Promise<boolean> {
  const job = readId(id)
  if (!job) return false
  return db.transaction().execute(async (tx) => {
    if (!(await act(tx, job))) return false
    await audit(tx, { ...entry, target: `job ${id}` })
    return true
  })
}

/** Every dead job, oldest first, so that the texts of one customer come in order. Returns how many. */
export async function retryDead(db: Db, by: Doer): Promise<number> {
  const effects = await db.selectFrom('effects').select('id').where(dead).orderBy('id').execute()
  const facts = await db.selectFrom('facts').select('id').where(dead).orderBy('id').execute()
  const ids = [...facts.map(({ id }) => `f${id}`), ...effects.map(({ id }) => `e${id}`)]
  for (const id of ids) await retryJob(db, id, by)
  return ids.length
}

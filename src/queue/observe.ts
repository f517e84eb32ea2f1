import type { Db } from '../store/database.ts'
import { countUnknown } from '../store/unknown-texts.ts'
import { countLanes } from './lanes.ts'
import { countDead } from './waiting.ts'

/**
 * Another text after whatever a list of the operator shows may have changed: a fact came, a call ended, a lane went on or
 * came to rest. Cheap enough to be asked for every second by everybody who looks on.
 */
export async function mark(db: Db): Promise<string> {
  const latest = (table: 'facts' | 'effects' | 'attempts' | 'messages' | 'opt_outs') =>
    db.selectFrom(table).select((e) => e.fn.max<number | null>('id').as('id'))
  const tables = ['facts', 'effects', 'attempts', 'messages', 'opt_outs'] as const
  const ids = await Promise.all(tables.map((table) => latest(table).executeTakeFirst()))
  const lanes = await db
    .selectFrom('lanes')
    .select((e) => [e.fn.countAll<number>().as('count'), e.fn.sum<number | null>('epoch').as('epochs')])
    .executeTakeFirst()
  return [...ids.map((row) => row?.id ?? 0), lanes?.count, lanes?.epochs ?? 0, await countDead(db)].join('.')
}

export interface Backlog {
  /** Lanes that have work, waiting ones included. */
  lanes: number
  /** Unix ms when the one that is due for the longest fell due; null when none is. */
  dueSince: number | null
  /** Jobs that were given up. */
  dead: number
  /** Texts of which nobody knows whether they went out. */
  unknown: number
}

/** What there is to do, for the bridge and for people. */
export async function backlogOf(db: Db, now: number): Promise<Backlog> {
  const due = await db
    .selectFrom('lanes')
    .select('due_at')
    .where('due_at', '<=', now)
    .orderBy('due_at')
    .limit(1)
    .execute()
  return {
    lanes: await countLanes(db),
    dueSince: due[0]?.due_at ?? null,
    dead: await countDead(db),
    unknown: await countUnknown(db),
  }
}

export interface RecentCall {
  /** Of the effect it was made for. */
  kind: string
  outcome: string
  error: string | null
  /** Unix ms. */
  startedAt: number
  endedAt: number
}

/** The latest calls to anybody, newest first. */
export async function recentCalls(db: Db, limit: number): Promise<RecentCall[]> {
  return db
    .selectFrom('attempts')
    .innerJoin('effects', 'effects.id', 'attempts.effect_id')
    .select([
      'effects.kind',
      'attempts.outcome',
      'attempts.error',
      'attempts.started_at as startedAt',
      'attempts.ended_at as endedAt',
    ])
    .orderBy('attempts.id', 'desc')
    .limit(limit)
    .execute()
}

export interface ShutDoor {
  /** `twilio`, `intercom`, one of our senders as `twilio:<address>` … */
  door: string
  /** Unix ms. */
  until: number
  /** What a person has to mend before it opens again; null where waiting is enough. */
  trouble: string | null
}

/** Doors that nobody may use for now. */
export async function shutDoors(db: Db, now: number): Promise<ShutDoor[]> {
  return db
    .selectFrom('paces')
    .select(['door', 'not_before as until', 'trouble'])
    .where((e) => e.or([e('not_before', '>', now), e('trouble', 'is not', null)]))
    .execute()
}

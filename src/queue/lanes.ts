import type { ExpressionBuilder, SelectQueryBuilder } from 'kysely'
import type { Db, Tx } from '../store/database.ts'
import { locksRows } from '../store/locks-rows.ts'
import type { Schema } from '../store/schema.ts'

/** A lane in our hands until `leaseMs` runs out. */
export interface Lease {
  lane: string
  owner: string
  epoch: number
}

/** Either database takes that many in one statement. */
const LANES_PER_STATEMENT = 1000

/** Tells the lanes that there is work. A lane that already has some keeps its own time: order comes before speed. */
export async function wakeLanes(tx: Tx, lanes: Iterable<string>, now: number): Promise<void> {
  // Sorted, so that two transactions waking the same lanes lock them in the same order.
  const rows = [...new Set(lanes)].sort().map((key) => newLane(key, now))
  for (let from = 0; from < rows.length; from += LANES_PER_STATEMENT) {
    await tx
      .insertInto('lanes')
      .values(rows.slice(from, from + LANES_PER_STATEMENT))
      // Not "do nothing": that would skip a row which its worker is deleting this very moment. A column without an index.
      .onConflict((c) => c.column('key').doUpdateSet((e) => ({ epoch: e.ref('lanes.epoch') })))
      .execute()
  }
}

/** Makes a lane due now although it waits: what it waited for has come. */
export async function hurryLane(tx: Tx, lane: string, now: number): Promise<void> {
  await tx
    .insertInto('lanes')
    .values(newLane(lane, now))
    .onConflict((c) => c.column('key').doUpdateSet({ due_at: now }))
    .execute()
}

/** A lane that was forgotten and comes back must not count through the epochs of its former life again. */
function newLane(key: string, now: number) {
  return { key, due_at: now, epoch: now }
}

interface Claims {
  owner: string
  now: number
  leaseMs: number
  limit: number
}

/** Takes up to `limit` due lanes that nobody else holds: those of `first`, then the longest waiting ones. */
export async function claimLanes(db: Db | Tx, o: Claims & { first?: string[] }): Promise<Lease[]> {
  const { first = [], ...claims } = o
  const lanes = first.length > 0 ? await claim(db, claims, (lanes) => lanes.where('key', 'in', first)) : []
  if (lanes.length === o.limit) return lanes
  const others = await claim(db, { ...claims, limit: o.limit - lanes.length }, (due) => due.orderBy('due_at'))
  return [...lanes, ...others]
}

type Lanes = SelectQueryBuilder<Schema, 'lanes', { key: string }>

async function claim(db: Db | Tx, o: Claims, choose: (due: Lanes) => Lanes): Promise<Lease[]> {
  const free = (e: ExpressionBuilder<Schema, 'lanes'>) =>
    e.and([e('due_at', '<=', o.now), e.or([e('lease_until', 'is', null), e('lease_until', '<=', o.now)])])
  const rows = await db
    // Not a subquery: PostgreSQL may ask one again for every row, and lock other ones each time.
    .with('free', (e) =>
      choose(e.selectFrom('lanes').select('key').where(free))
        .limit(o.limit)
        // What another instance is taking this very moment, or is putting work into, is left to it.
        .$if(locksRows(db), (query) => query.forUpdate().skipLocked()),
    )
    .updateTable('lanes')
    .set((e) => ({ lease_owner: o.owner, lease_until: o.now + o.leaseMs, epoch: e('epoch', '+', 1) }))
    .where('key', 'in', (e) => e.selectFrom('free').select('free.key'))
    .returning(['key', 'epoch'])
    .execute()
  return rows.map((row) => ({ lane: row.key, owner: o.owner, epoch: row.epoch }))
}

/** Somebody else took the lane over: nothing of this transaction may be written. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost'
}

/**
 * First statement of every transaction on a lane: proves that the lease still holds and locks the lane's row, so that no
 * new work can slip in between looking for the next piece and going to rest.
 */
export async function holdLane(tx: Tx, lease: Lease, until: number): Promise<void> {
  const held = await tx
    .updateTable('lanes')
    .set({ lease_until: until })
    .where('key', '=', lease.lane)
    .where('lease_owner', '=', lease.owner)
    .where('epoch', '=', lease.epoch)
    .executeTakeFirst()
  if (held.numUpdatedRows === 0n) throw new LeaseLost(`Lease on a lane lost (epoch ${lease.epoch})`)
}

/** Gives the lane back, to be worked again at `dueAt`. */
export async function restLane(tx: Tx, lease: Lease, dueAt: number): Promise<void> {
  await tx
    .updateTable('lanes')
    .set({ due_at: dueAt, lease_owner: null, lease_until: null })
    .where('key', '=', lease.lane)
    .where('lease_owner', '=', lease.owner)
    .where('epoch', '=', lease.epoch)
    .execute()
}

/** An empty lane is forgotten: the table stays as small as the work in hand, however many customers there are. */
export async function dropLane(tx: Tx, lease: Lease): Promise<void> {
  await tx
    .deleteFrom('lanes')
    .where('key', '=', lease.lane)
    .where('lease_owner', '=', lease.owner)
    .where('epoch', '=', lease.epoch)
    .execute()
}

/** Keeps the leases of the lanes in hand alive while their calls are under way. One that was let go of runs out. */
export async function renewLeases(db: Db, o: { owner: string; lanes: string[]; until: number }): Promise<void> {
  await db
    // A row that is locked is being worked on, which renews its lease as well; waiting for it could hold up others.
    .with('held', (e) =>
      e
        .selectFrom('lanes')
        .select('key')
        .where('lease_owner', '=', o.owner)
        .where('key', 'in', o.lanes)
        .$if(locksRows(db), (query) => query.forUpdate().skipLocked()),
    )
    .updateTable('lanes')
    .set({ lease_until: o.until })
    .where('lease_owner', '=', o.owner)
    .where('key', 'in', (e) => e.selectFrom('held').select('held.key'))
    .execute()
}

/**
 * Gives back every lane of this owner but those it works: what it holds and does not know of, since the answer to a claim,
 * or to giving one back, never came.
 */
export async function releaseMislaid(tx: Tx, o: { owner: string; working: string[] }): Promise<void> {
  await tx
    .updateTable('lanes')
    .set({ lease_owner: null, lease_until: null })
    .where('lease_owner', '=', o.owner)
    .$if(o.working.length > 0, (query) => query.where('key', 'not in', o.working))
    .execute()
}

/** Only where nobody else may be at work, as on SQLite: whoever held a lease before this start is dead. */
export async function endAllLeases(db: Db): Promise<void> {
  await db
    .updateTable('lanes')
    .set({ lease_owner: null, lease_until: null })
    .where('lease_owner', 'is not', null)
    .execute()
}

/** Lanes that have work, waiting ones included. */
export async function countLanes(db: Db): Promise<number> {
  const { lanes } = await db
    .selectFrom('lanes')
    .select((e) => e.fn.countAll<number>().as('lanes'))
    .executeTakeFirstOrThrow()
  return Number(lanes)
}

/** When the next lane nobody holds falls due; null when there is none. */
export async function nextDue(db: Db, now: number): Promise<number | null> {
  const row = await db
    .selectFrom('lanes')
    .select('due_at')
    .where((e) => e.or([e('lease_until', 'is', null), e('lease_until', '<=', now)]))
    .orderBy('due_at')
    .limit(1)
    .executeTakeFirst()
  return row?.due_at ?? null
}

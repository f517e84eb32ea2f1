import type { Db, Tx } from '../store/database.ts'

/** How fast one door may be used: `intercom` as a whole, each Twilio sender for itself. */
export interface Rate {
  /** Milliseconds per call, evenly spread. */
  everyMs: number
  /** Calls that may be made ahead of that. */
  burst: number
}

/** A slot left unused for this long is lost: using many old ones at once would break the limit they were made for. */
const STALE_MS = 1000

/**
 * When a call may be made: a slot of its own, in the order of asking, so that waiting lanes come exactly when it is their
 * turn instead of all asking again. Slots are shared by all instances of the database. The arithmetic is that of the
 * generic cell rate algorithm (ATM Forum, 1996): one number per door says when the next even slot is.
 * @param slotAt the slot the effect already has, if any
 * @returns Unix ms; not after `now` means go ahead
 */
export async function takeSlot(
  tx: Tx,
  o: { door: string; rate: Rate; cost: number; slotAt: number | null; now: number },
): Promise<number> {
  const { door, rate, cost, slotAt, now } = o
  const row = await tx
    .insertInto('paces')
    .values({ door, next_at: now, not_before: 0 })
    .onConflict((c) => c.column('door').doUpdateSet((e) => ({ next_at: e.ref('paces.next_at') })))
    .returning(['next_at', 'not_before'])
    .executeTakeFirstOrThrow()
  if (row.not_before > now) return row.not_before
  if (slotAt !== null && slotAt <= now && now - slotAt < STALE_MS) return slotAt
  if (slotAt !== null && slotAt > now) return slotAt
  const next = Math.max(row.next_at, now - rate.burst * rate.everyMs)
  await tx
    .updateTable('paces')
    .set({ next_at: next + cost * rate.everyMs })
    .where('door', '=', door)
    .execute()
  return next
}

/** Nobody uses this door before `until` (Unix ms): the vendor said so. */
export async function shutDoor(db: Db | Tx, door: string, until: number): Promise<void> {
  await db
    .insertInto('paces')
    .values({ door, next_at: until, not_before: until })
    .onConflict((c) =>
      c.column('door').doUpdateSet({ next_at: until, not_before: until }).where('paces.not_before', '<', until),
    )
    .execute()
}

/** Until when a door is shut; 0 when it never was. */
export async function shutUntil(db: Db | Tx, door: string): Promise<number> {
  const row = await db.selectFrom('paces').select('not_before').where('door', '=', door).executeTakeFirst()
  return row?.not_before ?? 0
}

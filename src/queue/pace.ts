import type { Db, Tx } from '../store/database.ts'

/** How fast one door may be used: `intercom` as a whole, each Twilio sender for itself. */
export interface Rate {
  /** Milliseconds per call, evenly spread: what was not used is not saved up. */
  everyMs: number
}

export interface Slot {
  /** Unix ms when to come (again); not after now means go ahead. */
  at: number
  /** The slot to keep until then. None while a door is shut: all who wait there would otherwise come in at once. */
  slotAt: number | null
}

/**
 * A slot left unused for this long is lost: using many old ones at once would break the limit they were made for. The
 * share of it that is left free (flows/rates.ts) makes up for those that come late together.
 */
export const STALE_MS = 200

/**
 * When a call may be made: a slot of its own, in the order of asking, so that waiting lanes come exactly when it is their
 * turn instead of all asking again. Slots are shared by all instances of the database. The arithmetic is that of the
 * generic cell rate algorithm (ATM Forum, 1996): one number per door says when the next even slot is.
 * @param slotAt the slot the effect already has, if any
 */
export async function takeSlot(
  tx: Tx,
  o: { door: string; rate: Rate; cost: number; slotAt: number | null; now: number },
): Promise<Slot> {
  const { door, rate, cost, slotAt, now } = o
  const row = await tx
    .insertInto('paces')
    .values({ door, next_at: now, not_before: 0, trouble: null })
    .onConflict((c) => c.column('door').doUpdateSet((e) => ({ next_at: e.ref('paces.next_at') })))
    .returning(['next_at', 'not_before'])
    .executeTakeFirstOrThrow()
  if (row.not_before > now) return { at: row.not_before, slotAt: null }
  if (slotAt !== null && now - slotAt < STALE_MS) return { at: slotAt, slotAt }
  const next = Math.max(row.next_at, now)
  await tx
    .updateTable('paces')
    .set({ next_at: next + cost * rate.everyMs })
    .where('door', '=', door)
    .execute()
  return { at: next, slotAt: next }
}

/**
 * Nobody uses this door before `until` (Unix ms): the vendor said so.
 * @param trouble a sentence for people when it takes one to open it again; absent when waiting is enough
 */
export async function shutDoor(db: Db | Tx, door: string, until: number, trouble: string | null = null): Promise<void> {
  await db
    .insertInto('paces')
    .values({ door, next_at: until, not_before: until, trouble })
    .onConflict((c) =>
      c
        .column('door')
        .doUpdateSet((e) => ({
          // Slots beyond that are somebody's already, who will come for them.
          next_at: e.case().when('paces.next_at', '<', until).then(e.val(until)).else(e.ref('paces.next_at')).end(),
          not_before: until,
          trouble,
        }))
        .where('paces.not_before', '<', until),
    )
    .execute()
}

/** Until when a door is shut; 0 when it never was. */
export async function shutUntil(db: Db | Tx, door: string): Promise<number> {
  const row = await db.selectFrom('paces').select('not_before').where('door', '=', door).executeTakeFirst()
  return row?.not_before ?? 0
}

/** A call went through: what was wrong with the door is over. */
export async function openDoor(tx: Tx, door: string): Promise<void> {
  await tx
    .updateTable('paces')
    .set({ trouble: null })
    .where('door', '=', door)
    .where('trouble', 'is not', null)
    .execute()
}

/** Sentences for people about doors that wait for one of them. */
export async function doorTroubles(db: Db | Tx): Promise<string[]> {
  const rows = await db.selectFrom('paces').select('trouble').where('trouble', 'is not', null).execute()
  return rows.flatMap((row) => row.trouble ?? [])
}

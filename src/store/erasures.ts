import type { Db, Tx } from './database.ts'
import type { Person } from './erase.ts'

/** How many rows of what are gone. */
export type Counts = Record<string, number>

export interface Erasure {
  id: number
  /** The pseudonym of the number. */
  subject: string
  /** Null once nothing is left. */
  person: Person | null
  atTwilio: boolean
  counts: Counts
  /** Unix ms. */
  requestedAt: number
}

/** Written down before anything goes, so that one which is cut off is gone on with. Asked for twice it is one. */
export async function requestErasure(
  tx: Tx,
  o: { subject: string; person: Person; atTwilio: boolean },
  now: number,
): Promise<number> {
  const { subject, person, atTwilio } = o
  const open = await tx
    .selectFrom('erasures')
    .select(['id', 'at_twilio'])
    .where('subject', '=', subject)
    .where('finished_at', 'is', null)
    .executeTakeFirst()
  const values = { person: JSON.stringify(person), at_twilio: atTwilio || open?.at_twilio ? 1 : 0 }
  if (open) {
    await tx.updateTable('erasures').set(values).where('id', '=', open.id).execute()
    return open.id
  }
  const row = await tx
    .insertInto('erasures')
    .values({ subject, ...values, counts: '{}', requested_at: now, finished_at: null })
    .returning('id')
    .executeTakeFirstOrThrow()
  return row.id
}

export async function readErasure(db: Db | Tx, id: number): Promise<Erasure> {
  const row = await db.selectFrom('erasures').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  return {
    id: row.id,
    subject: row.subject,
    person: row.person === null ? null : JSON.parse(row.person),
    atTwilio: row.at_twilio === 1,
    counts: JSON.parse(row.counts),
    requestedAt: row.requested_at,
  }
}

/** Ids of those that are not finished, the oldest first. Of erasures there are few. */
export async function openErasures(db: Db): Promise<number[]> {
  const rows = await db.selectFrom('erasures').select('id').where('finished_at', 'is', null).orderBy('id').execute()
  return rows.map(({ id }) => id)
}

/** More is gone: in the transaction that made it so. */
export async function countGone(tx: Tx, id: number, more: Counts): Promise<void> {
  const { counts } = await readErasure(tx, id)
  for (const [what, count] of Object.entries(more)) counts[what] = (counts[what] ?? 0) + count
  await tx
    .updateTable('erasures')
    .set({ counts: JSON.stringify(counts) })
    .where('id', '=', id)
    .execute()
}

/** Nothing is left: whom it was about is forgotten with it. */
export async function finishErasure(tx: Tx, id: number, now: number): Promise<void> {
  await tx.updateTable('erasures').set({ person: null, finished_at: now }).where('id', '=', id).execute()
}

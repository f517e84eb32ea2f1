import { sql } from 'kysely'
import type { Db } from './database.ts'
import { forgotten } from './erased.ts'
import { inParts } from './in-parts.ts'

/** Which of these facts are not recorded yet, nor forgotten by intent, in the order given. */
export async function unrecorded(db: Db, keys: string[]): Promise<Set<string>> {
  const missing = new Set(keys)
  const recorded = await inParts(keys, (some) =>
    db.selectFrom('facts').select('key').where('key', 'in', some).execute(),
  )
  for (const { key } of recorded) missing.delete(key)
  for (const key of await forgotten(db, [...missing])) missing.delete(key)
  return missing
}

/** Our messages among these SIDs whose fate is still open. */
export async function openSids(db: Db, sids: string[]): Promise<Set<string>> {
  const rows = await inParts(sids, (some) =>
    db
      .selectFrom('messages')
      .select('twilio_sid')
      .where('twilio_sid', 'in', some)
      .where('status', 'in', ['queued', 'sending', 'sent', 'unknown'])
      .execute(),
  )
  return new Set(rows.flatMap((row) => row.twilio_sid ?? []))
}

/** Which of these conversations belong to a thread, and since when (Unix ms). */
export async function ourConversations(db: Db, ids: string[]): Promise<Map<string, number>> {
  const rows = await inParts(ids, (some) =>
    db.selectFrom('conversations').select(['id', 'created_at']).where('id', 'in', some).execute(),
  )
  return new Map(rows.map((row) => [row.id, row.created_at]))
}

/** Our numbers that have ever had a thread. The index leads from each to the next, however many threads they have. */
export async function numbersInUse(db: Db): Promise<Set<string>> {
  const { rows } = await sql<{ number: string }>`
    with recursive used(number) as (
      select min(number) from threads
      union all
      select (select min(number) from threads where number > used.number) from used where used.number is not null
    )
    select number from used where number is not null`.execute(db)
  return new Set(rows.map(({ number }) => number))
}

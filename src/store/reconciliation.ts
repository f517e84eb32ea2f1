import type { Db } from './database.ts'

/** Which of these facts are not recorded yet, in the order given. */
export async function unrecorded(db: Db, keys: string[]): Promise<Set<string>> {
  const missing = new Set(keys)
  for (let start = 0; start < keys.length; start += 500) {
    const some = keys.slice(start, start + 500)
    for (const { key } of await db.selectFrom('facts').select('key').where('key', 'in', some).execute()) {
      missing.delete(key)
    }
  }
  return missing
}

/** Our messages among these SIDs whose fate is still open. */
export async function openSids(db: Db, sids: string[]): Promise<Set<string>> {
  const open = new Set<string>()
  for (let start = 0; start < sids.length; start += 500) {
    const rows = await db
      .selectFrom('messages')
      .select('twilio_sid')
      .where('twilio_sid', 'in', sids.slice(start, start + 500))
      .where('status', 'in', ['queued', 'sending', 'sent', 'unknown'])
      .execute()
    for (const { twilio_sid } of rows) if (twilio_sid) open.add(twilio_sid)
  }
  return open
}

/** Which of these conversations belong to a thread, and since when (Unix ms). */
export async function ourConversations(db: Db, ids: string[]): Promise<Map<string, number>> {
  const ours = new Map<string, number>()
  for (let start = 0; start < ids.length; start += 500) {
    const rows = await db
      .selectFrom('conversations')
      .select(['id', 'created_at'])
      .where('id', 'in', ids.slice(start, start + 500))
      .execute()
    for (const row of rows) ours.set(row.id, row.created_at)
  }
  return ours
}

/** Our numbers that have ever had a thread. */
export async function numbersInUse(db: Db): Promise<Set<string>> {
  const rows = await db.selectFrom('threads').select('number').distinct().execute()
  return new Set(rows.map(({ number }) => number))
}

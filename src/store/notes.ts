import type { Tx } from './database.ts'

/** @param now Unix ms */
export async function keepNote(tx: Tx, conversationId: string, partId: string, now: number): Promise<void> {
  await tx
    .insertInto('notes')
    .values({ part_id: partId, conversation_id: conversationId, posted_at: now })
    .onConflict((c) => c.column('part_id').doNothing())
    .execute()
}

/** Whether a note is one of the bridge's own. */
export async function isOurNote(tx: Tx, partId: string): Promise<boolean> {
  const row = await tx.selectFrom('notes').select('part_id').where('part_id', '=', partId).executeTakeFirst()
  return row !== undefined
}

/** Part ids of our notes in a conversation, known since then (Unix ms). */
export async function notesOf(tx: Tx, conversationId: string, since: number): Promise<string[]> {
  const rows = await tx
    .selectFrom('notes')
    .select('part_id')
    .where('conversation_id', '=', conversationId)
    .where('posted_at', '>=', since)
    .execute()
  return rows.map((row) => row.part_id)
}

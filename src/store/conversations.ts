import type { Tx } from './database.ts'
import { leaveConversation } from './threads.ts'

/** The contact as whom the customer writes in a conversation; null when it is gone, and when the conversation is none of ours. */
export async function writerOf(tx: Tx, conversationId: string): Promise<string | null> {
  const row = await tx
    .selectFrom('conversations')
    .select('contact_id as contactId')
    .where('id', '=', conversationId)
    .executeTakeFirst()
  return row?.contactId ?? null
}

/** The agents of a conversation are told this number of ours. False when it is the one they were told last. */
export async function nameNumber(tx: Tx, conversationId: string, number: string): Promise<boolean> {
  const told = await tx
    .updateTable('conversations')
    .set({ named_number: number })
    .where('id', '=', conversationId)
    .where('named_number', '!=', number)
    .returning('id')
    .executeTakeFirst()
  return told !== undefined
}

/** The conversation is none of the customer's any more: what is written in it is not for them, and no text goes there. */
export async function giveUpConversation(tx: Tx, conversationId: string, now: number): Promise<void> {
  await leaveConversation(tx, conversationId, now)
  await tx.deleteFrom('conversations').where('id', '=', conversationId).execute()
}

/** Whoever wrote as this contact, in whichever conversation, begins a new one with the next text. */
export async function leaveConversationsOf(tx: Tx, contactId: string, now: number): Promise<void> {
  const rows = await tx.selectFrom('conversations').select('id').where('contact_id', '=', contactId).execute()
  for (const { id } of rows) await leaveConversation(tx, id, now)
}

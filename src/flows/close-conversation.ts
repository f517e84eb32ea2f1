import type { Tx } from '../store/database.ts'
import { openConversationOf, type Thread } from '../store/threads.ts'
import type { Ctx } from './context.ts'
import { manage } from './manage-conversation.ts'
import { addNote } from './post-note.ts'

/** The conversation a thread is in is left for a new one: closed if it is open, with a note if there is something to say. */
export async function closeOpenConversation(ctx: Ctx, tx: Tx, thread: Thread, html?: string): Promise<void> {
  const conversationId = await openConversationOf(tx, thread)
  if (!conversationId) return
  if (html) await addNote(ctx, tx, { thread, messageId: null, conversationId, html })
  await manage(ctx, tx, thread, { do: 'close', conversationId })
}

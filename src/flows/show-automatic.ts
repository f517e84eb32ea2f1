import { headEffect } from '../queue/jobs.ts'
import { saidByItself } from '../rules/notes.ts'
import type { Tx } from '../store/database.ts'
import type { Message } from '../store/messages.ts'
import { openConversationOf, type Thread } from '../store/threads.ts'
import type { Ctx } from './context.ts'
import { laneOf } from './lanes.ts'
import { addNote } from './post-note.ts'

/**
 * What the bridge has said by itself is shown to the agents: where the text it answers is, or is about to be; in no
 * conversation where the customer is in none.
 */
export async function showAutomatic(ctx: Ctx, tx: Tx, message: Message, thread: Thread): Promise<void> {
  const note = { thread, messageId: message.id, html: saidByItself(message) }
  const lane = laneOf.inbox(thread.customer)
  if (message.conversationId) await addNote(ctx, tx, { ...note, conversationId: message.conversationId })
  // A text that is on its way there goes first, and may open the conversation.
  else if (await headEffect(tx, lane)) await addNote(ctx, tx, { ...note, lane })
  else {
    const conversationId = await openConversationOf(tx, thread)
    if (conversationId) await addNote(ctx, tx, { ...note, conversationId })
  }
}

import { answersProgram, continuedElsewhere } from '../rules/notes.ts'
import type { Tx } from '../store/database.ts'
import { findMessage } from '../store/messages.ts'
import type { Thread } from '../store/threads.ts'
import { closeOpenConversation } from './close-conversation.ts'
import type { Ctx } from './context.ts'
import { manage } from './manage-conversation.ts'
import { addNote } from './post-note.ts'

/**
 * The customer answered a text that begins a conversation, of a program or of a teammate: the one they were in is closed,
 * and each of the two says where the other is. The new one quotes the text, which is in no conversation.
 */
export async function leaveForAnswer(
  ctx: Ctx,
  tx: Tx,
  thread: Thread,
  o: { next: string; answers: number },
): Promise<void> {
  const answered = await findMessage(tx, o.answers)
  // Erased while the answer was on its way: then it is a text like any other.
  if (!answered) return
  const { body, origin, title } = answered
  const byTeammate = origin === 'opening'
  const previous = thread.conversationId ? ctx.intercom.conversationUrl(thread.conversationId) : null
  const quoted = answersProgram({ quote: body, previous, byTeammate })
  await addNote(ctx, tx, { thread, messageId: o.answers, conversationId: o.next, html: quoted })
  if (title) await manage(ctx, tx, thread, { do: 'title', conversationId: o.next, title })
  const html = continuedElsewhere({ next: ctx.intercom.conversationUrl(o.next), byTeammate })
  await closeOpenConversation(ctx, tx, thread, html)
}

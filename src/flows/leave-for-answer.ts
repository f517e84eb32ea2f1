import { addEffects } from '../queue/jobs.ts'
import { answersProgram, continuedElsewhere } from '../rules/notes.ts'
import type { Tx } from '../store/database.ts'
import { messageById } from '../store/messages.ts'
import { closingTime, type Thread } from '../store/threads.ts'
import type { Ctx } from './context.ts'
import { laneOf } from './lanes.ts'
import { addNote } from './post-note.ts'

/**
 * The customer answered a text that was sent by program: the conversation they were in is closed, and each of the two says
 * where the other is. The new one quotes the text, which no agent has seen.
 */
export async function leaveForAnswer(
  ctx: Ctx,
  tx: Tx,
  thread: Thread,
  o: { next: string; answers: number },
): Promise<void> {
  const { body } = await messageById(tx, o.answers)
  const left = thread.conversationId
  const previous = left ? ctx.intercom.conversationUrl(left) : null
  const quoted = answersProgram({ quote: body, previous })
  await addNote(ctx, tx, { thread, messageId: o.answers, conversationId: o.next, html: quoted })
  if (!left || (await closingTime(tx, left)) !== null) return
  const html = continuedElsewhere({ next: ctx.intercom.conversationUrl(o.next) })
  await addNote(ctx, tx, { thread, messageId: o.answers, conversationId: left, html })
  const close = {
    kind: 'conversation.manage',
    lane: laneOf.desk(thread.customer),
    body: { do: 'close', conversationId: left },
  }
  await addEffects(tx, [close], ctx.now())
}

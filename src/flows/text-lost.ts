import type { VendorError } from '../errors.ts'
import type { Effect } from '../queue/work.ts'
import { smsNotPosted } from '../rules/notes.ts'
import type { Tx } from '../store/database.ts'
import { updateMessage } from '../store/messages.ts'
import { messageOf } from './about.ts'
import type { Ctx } from './context.ts'
import { laneOf } from './lanes.ts'
import { addNote } from './post-note.ts'

/** A customer's text cannot be put into Intercom: it stays here as a dead letter, and the agent is told where there is a conversation. */
export async function textLost(ctx: Ctx, tx: Tx, effect: Effect, error: VendorError): Promise<'dead'> {
  const { message, thread } = await messageOf(tx, effect)
  const changes = { status: 'dead', error_code: error.code, error_message: error.message }
  await updateMessage(tx, message.id, changes, ctx.now())
  if (thread.conversationId) {
    const html = smsNotPosted({ sentence: error.message })
    await addNote(ctx, tx, { thread, messageId: message.id, html, lane: laneOf.inbox(thread.customer) })
  }
  return 'dead'
}

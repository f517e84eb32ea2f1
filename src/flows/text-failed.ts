import { smsFailed } from '../rules/notes.ts'
import type { Tx } from '../store/database.ts'
import { type Message, updateMessage } from '../store/messages.ts'
import { threadOfMessage } from './about.ts'
import { believeRefusal } from './consent.ts'
import type { Ctx } from './context.ts'
import { addNote } from './post-note.ts'

/** Twilio took the text and could not deliver it: the reason is written down, and the agent hears of it once. */
export async function textFailed(ctx: Ctx, tx: Tx, message: Message, status: string, code?: number): Promise<void> {
  const { sentence, next } = ctx.twilio.explain(code ?? 0)
  const words = `${sentence} ${next}`
  const changes = { status, error_code: code === undefined ? null : String(code), error_message: words }
  await updateMessage(tx, message.id, changes, ctx.now())
  const thread = await threadOfMessage(tx, message)
  // A Messaging Service reports an opt-out only after it took the text.
  await believeRefusal(ctx, tx, thread, String(code))
  const html = smsFailed({ code: String(code ?? ''), sentence: words })
  await addNote(ctx, tx, { thread, messageId: message.id, conversationId: message.conversationId, html })
}

export function isFailure(status: string): boolean {
  return status === 'failed' || status === 'undelivered'
}

import type { VendorError } from '../errors.ts'
import { smsFailed } from '../rules/notes.ts'
import type { Tx } from '../store/database.ts'
import { type Message, updateMessage } from '../store/messages.ts'
import { threadOfMessage } from './about.ts'
import type { Ctx } from './context.ts'
import { addNote } from './post-note.ts'
import { tellOfMessage } from './tell-team.ts'

export function isFailure(status: string): boolean {
  return status === 'failed' || status === 'undelivered'
}

/** Why Twilio never took a text. What was said while it was tried again ("the bridge tries again") is over by then. */
export function lastWords(ctx: Ctx, error: VendorError): string {
  if (error.permanent) return error.message
  const known = /^\d{5}$/.test(error.code)
  const sentence = known ? ctx.twilio.explain(Number(error.code)).sentence : 'Twilio did not take the text.'
  return `${sentence} The bridge has tried for a while and stopped. Send it again later, or reach the customer another way.`
}

/** Twilio could not deliver a text, and nothing more is done about it: the agent hears of it once. */
export async function tellOfFailure(
  ctx: Ctx,
  tx: Tx,
  message: Message,
  o: { code?: number | undefined; twice?: boolean },
): Promise<void> {
  const { sentence, next } = ctx.twilio.explain(o.code ?? 0)
  const words = [sentence, ...(o.twice ? ['It was sent twice.'] : []), next].join(' ')
  await updateMessage(tx, message.id, { error_message: words }, ctx.now())
  const thread = await threadOfMessage(tx, message)
  const html = smsFailed({ body: message.body, code: String(o.code ?? ''), sentence: words })
  await addNote(ctx, tx, { thread, messageId: message.id, conversationId: message.conversationId, html })
  await tellOfMessage(ctx, tx, 'sms.failed', message.id)
}

import type { Tx } from '../store/database.ts'
import { type Message, updateMessage } from '../store/messages.ts'
import { endPrompt } from '../store/threads.ts'
import { threadOfMessage } from './about.ts'
import { believeRefusal } from './consent.ts'
import type { Ctx } from './context.ts'
import { hasBeenRetried, retryLater } from './retry-text.ts'
import { tellOfFailure } from './text-failure.ts'

/** Twilio took the text and could not deliver it: the reason is written down; it is sent once more, or the agent is told. */
export async function textFailed(ctx: Ctx, tx: Tx, message: Message, status: string, code?: number): Promise<void> {
  const { sentence } = ctx.twilio.explain(code ?? 0)
  const words = `${sentence} It is sent once more by itself.`
  const changes = { status, error_code: code === undefined ? null : String(code), error_message: words }
  await updateMessage(tx, message.id, changes, ctx.now())
  await endPrompt(tx, message.threadId, message.id)
  // A Messaging Service reports an opt-out only after it took the text.
  await believeRefusal(ctx, tx, await threadOfMessage(tx, message), String(code))
  if (code !== undefined && (await retryLater(ctx, tx, message.id, code))) return
  await tellOfFailure(ctx, tx, message, { code, twice: await hasBeenRetried(tx, message.id) })
}

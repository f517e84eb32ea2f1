import type { Effect } from '../queue/work.ts'
import type { Tx } from '../store/database.ts'
import { type Message, messageById } from '../store/messages.ts'
import { type Thread, threadById } from '../store/threads.ts'

/** The message an effect is about, and its thread. */
export async function messageOf(tx: Tx, effect: Effect): Promise<{ message: Message; thread: Thread }> {
  if (effect.messageId === null) throw new Error(`Effect ${effect.id} (${effect.kind}) is about no message`)
  const message = await messageById(tx, effect.messageId)
  return { message, thread: await threadById(tx, message.threadId) }
}

import type { Effect } from '../queue/work.ts'
import type { Tx } from '../store/database.ts'
import { type Message, messageById } from '../store/messages.ts'
import { type Thread, threadById } from '../store/threads.ts'

/** The message an effect is about, and its thread. */
export async function messageOf(tx: Tx, effect: Effect): Promise<{ message: Message; thread: Thread }> {
  if (effect.messageId === null) throw new Error(`Effect ${effect.id} (${effect.kind}) is about no message`)
  const message = await messageById(tx, effect.messageId)
  return { message, thread: await threadOfMessage(tx, message) }
}

/** The thread of a message, with the number that the message came to or leaves from: a thread's own may change. */
export async function threadOfMessage(tx: Tx, { threadId, number }: Message): Promise<Thread> {
  return { ...(await threadById(tx, threadId)), number }
}

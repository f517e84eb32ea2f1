import { addEffects } from '../queue/jobs.ts'
import type { Tx } from '../store/database.ts'
import { type Message, updateMessage } from '../store/messages.ts'
import { threadById } from '../store/threads.ts'
import { follow } from '../trace.ts'
import { textEffect } from './text-effect.ts'

/** The text goes out once more, as another attempt of the same message; at Twilio it is a new one. */
export async function sendAgain(tx: Tx, message: Message, now: number): Promise<void> {
  // A person may have asked for it: it goes on with the text's own story.
  if (message.trace !== null) follow(tx, message.trace)
  const changes = { status: 'queued', twilio_sid: null, error_code: null, error_message: null }
  await updateMessage(tx, message.id, changes, now)
  const { customer } = await threadById(tx, message.threadId)
  await addEffects(tx, [textEffect(customer, message.id)], now)
}

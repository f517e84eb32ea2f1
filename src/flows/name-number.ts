import { numberTexted } from '../rules/command-notes.ts'
import { formatForPeople } from '../rules/phone.ts'
import { nameNumber } from '../store/conversations.ts'
import type { Tx } from '../store/database.ts'
import type { Thread } from '../store/threads.ts'
import type { Ctx } from './context.ts'
import { laneOf } from './lanes.ts'
import { addNote } from './post-note.ts'

/**
 * Where a thread is for all our numbers, its agents are told which one was texted whenever it is another than before: by a
 * note right behind the text, since the customer's words stay as they are. The first one is in the note a conversation
 * begins with.
 * @param thread of the text, with the number it came to
 */
export async function nameNumberOnce(ctx: Ctx, tx: Tx, thread: Thread, conversationId: string): Promise<void> {
  const { number, customer } = thread
  if (ctx.config.behaviour.threads.scope !== 'customer') return
  if (!(await nameNumber(tx, conversationId, number))) return
  const html = numberTexted({ number: formatForPeople(number) })
  await addNote(ctx, tx, { thread, messageId: null, conversationId, html, lane: laneOf.inbox(customer) })
}

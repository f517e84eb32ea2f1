import type { Effect } from '../queue/work.ts'
import { mediaAsLinks } from '../rules/notes.ts'
import type { Tx } from '../store/database.ts'
import { updateMessage } from '../store/messages.ts'
import { setNextText } from '../store/threads.ts'
import { traced } from '../trace.ts'
import { messageOf } from './about.ts'
import type { Ctx } from './context.ts'
import { laneOf } from './lanes.ts'
import { manage } from './manage-conversation.ts'
import { nameNumberOnce } from './name-number.ts'
import { addNote } from './post-note.ts'
import type { Post } from './post-part.ts'

/** Links to a customer's files stay good as long as Twilio is sure to keep them. */
const LINK_LIFE_MS = 30 * 86_400_000

interface Posted {
  conversationId: string
  contactId: string
  partId: string | null
  withFiles: boolean
}

/** The words of a text are in the conversation. `next` while its files are still to come. */
export async function partPosted(ctx: Ctx, tx: Tx, effect: Effect, posted: Posted): Promise<'done' | 'next'> {
  const { message, thread } = await messageOf(tx, effect)
  const first = message.status !== 'posted'
  const changes = { status: 'posted', conversation_id: posted.conversationId, contact_id: posted.contactId }
  await updateMessage(tx, message.id, first ? { ...changes, part_id: posted.partId } : changes, ctx.now())
  if (first) {
    const ids = { ...traced(tx), effect: effect.id, message: message.id }
    ctx.log.info({ ...ids, conversation: posted.conversationId, part: posted.partId }, 'text posted')
    // A wish for a new conversation that came while this text was on its way is about the next one.
    if (thread.nextText === 'keep') await setNextText(tx, thread.id, null)
    await nameNumberOnce(ctx, tx, thread, posted.conversationId)
    // What the text asked for by a keyword.
    const { tag }: Post = JSON.parse(effect.body)
    if (tag !== undefined) {
      await manage(ctx, tx, thread, { do: 'tag', conversationId: posted.conversationId, name: tag }, message.id)
    }
  }
  const pending = message.media.some((item) => !item.lost) && !posted.withFiles
  if (!pending) return 'done'
  if (ctx.config.behaviour.media.inbound === 'attach') return 'next'
  const links = message.media.map(({ contentType }, index) => ({
    contentType,
    url: ctx.mediaLink({ message: message.id, index }, ctx.now() + LINK_LIFE_MS),
  }))
  await addNote(ctx, tx, {
    thread,
    messageId: message.id,
    html: mediaAsLinks({ links }),
    lane: laneOf.inbox(thread.customer),
  })
  return 'done'
}

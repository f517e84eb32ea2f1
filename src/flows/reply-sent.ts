import { addEffects } from '../queue/jobs.ts'
import type { Decision, Fact } from '../queue/work.ts'
import { conversationForgotten, replyTypeUnknown } from '../rules/notes.ts'
import { toSmsText } from '../rules/text.ts'
import type { Tx } from '../store/database.ts'
import { conversationName, isForgotten } from '../store/erased.ts'
import { isKnownPart } from '../store/messages.ts'
import { type Thread, threadOfConversation } from '../store/threads.ts'
import { traced } from '../trace.ts'
import { attachmentsOf } from './attachments.ts'
import type { Ctx } from './context.ts'
import type { ReplySent, ReplyUnknown } from './facts.ts'
import type { OpenRequest } from './open-conversation.ts'
import { addNote, addNoteIn } from './post-note.ts'
import { postsInDoubt } from './posts-in-doubt.ts'
import { queueTexts } from './queue-texts.ts'

/** While something may yet turn out to be ours. */
export const LOOK_AGAIN_MS = 500

/**
 * An agent, or a bot, wrote in a conversation. It is texted to the customer of the thread; what has to be looked at or
 * fetched first (a bot's line that may be a prompt, attachments) is an effect of this conversation's lane, so that the
 * replies behind it wait their turn.
 */
export async function replySent(ctx: Ctx, tx: Tx, fact: Fact): Promise<Decision> {
  const reply: ReplySent = JSON.parse(fact.body)
  // Asked first: an opening that ends between the two questions must not be missed by both.
  const mayBe = await mayBeOurs(tx, reply.contactIds)
  const thread = await threadOfConversation(tx, reply.conversationId)
  if (!thread) {
    if (mayBe) return { waitMs: LOOK_AGAIN_MS }
    await tellForgotten(ctx, tx, reply, fact.lane)
    return 'done'
  }
  // Texted already: the first message of a conversation that a teammate began comes as that, and as a reply.
  if (await isKnownPart(tx, reply.partId)) return 'done'
  const files = attachmentsOf(reply).length
  ctx.log.info(
    {
      ...traced(tx),
      fact: fact.id,
      conversation: reply.conversationId,
      part: reply.partId,
      customer: thread.customer,
      files,
    },
    'reply received',
  )
  await relayReply(ctx, tx, thread, reply, fact.lane)
  return 'done'
}

/** A conversation whose customer was erased looks to its agents like any other; of all that are none of ours, nobody is told. */
async function tellForgotten(ctx: Ctx, tx: Tx, { conversationId, author }: ReplySent, lane: string): Promise<void> {
  if (author.type === 'bot' || !(await isForgotten(tx, conversationName(conversationId)))) return
  await addNoteIn(ctx, tx, { conversationId, html: conversationForgotten(), lane })
}

/**
 * An agent's words go to the customer of the thread. False when nothing of them is texted; what has to be read first may
 * yet turn out to be nothing.
 */
export async function relayReply(ctx: Ctx, tx: Tx, thread: Thread, reply: ReplySent, lane: string): Promise<boolean> {
  if (reply.maybePrompt || (attachmentsOf(reply).length > 0 && ctx.config.behaviour.media.outbound !== 'off')) {
    await addEffects(tx, [{ kind: 'reply.read', lane, body: reply }], ctx.now())
    return true
  }
  return queueTexts(ctx, tx, thread, reply, { text: toSmsText(reply.body).text, files: [] })
}

/** A part with an agent's words of a kind nobody has seen: a question is better than silence. */
export async function replyUnknown(ctx: Ctx, tx: Tx, fact: Fact): Promise<Decision> {
  const { conversationId, partId, partType }: ReplyUnknown = JSON.parse(fact.body)
  const thread = await threadOfConversation(tx, conversationId)
  if (!thread) return 'done'
  const ids = { ...traced(tx), fact: fact.id, conversation: conversationId, part: partId }
  ctx.log.warn({ ...ids, partType }, 'A reply of an unknown type was not texted')
  await addNote(ctx, tx, { thread, messageId: null, conversationId, html: replyTypeUnknown({ partType }) })
  return 'done'
}

/**
 * Most conversations of a workspace are none of ours. One that a thread is opening this moment, or was opening when the
 * bridge was killed, may be: its first reply can overtake the answer that names it.
 */
export async function mayBeOurs(tx: Tx, contactIds: string[]): Promise<boolean> {
  const openings = (await postsInDoubt(tx)).filter(({ step }) => step === 'open conversation')
  return openings.some(
    ({ request }) => contactIds.length === 0 || contactIds.includes((request as OpenRequest).contactId),
  )
}

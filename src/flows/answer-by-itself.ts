import type { Fact } from '../queue/work.ts'
import { isOpen } from '../rules/hours.ts'
import { keywordFor } from '../rules/keyword-answer.ts'
import { keywordKeptOut } from '../rules/notes.ts'
import { soundsLikeStop } from '../rules/sounds-like-stop.ts'
import type { Tx } from '../store/database.ts'
import { openConversationOf, type Thread } from '../store/threads.ts'
import { activeConversation } from './active-conversation.ts'
import { addQuestion, isForPeople } from './ask-responder.ts'
import { addAnswer } from './automatic-text.ts'
import type { Ctx } from './context.ts'
import type { SmsReceived } from './facts.ts'
import { manage } from './manage-conversation.ts'
import { claimSaying, maySay } from './may-say.ts'
import { addNote } from './post-note.ts'
import { takeSurveyAnswer } from './survey-answer.ts'

/** An answer that comes later than that answers nothing any more. */
const LATE_MS = 10 * 60_000

interface Received {
  sms: SmsReceived
  thread: Thread
  messageId: number
  /** Unix ms. */
  receivedAt: number
}

/** What the inbox needs to know of a text that may have been answered by itself. */
export interface Answered {
  /** It is dealt with, and does not go to the inbox. */
  keepOut: boolean
  /** The conversation gets this tag. */
  tag?: string
}

/**
 * One answer at most that needs nobody: to an answer to the survey, to a keyword, by the operator's own bot, or because
 * nobody is there or the conversation is new.
 */
export async function answerByItself(
  ctx: Ctx,
  tx: Tx,
  fact: Fact,
  { sms, thread, messageId }: Omit<Received, 'receivedAt'>,
): Promise<Answered> {
  const text: Received = { sms, thread, messageId, receivedAt: fact.receivedAt }
  if (await takeSurveyAnswer(ctx, tx, thread, sms.body)) return { keepOut: true }
  const keyword = keywordFor(ctx.config.behaviour.keywords, sms.body)
  const tag = keyword?.tag === undefined ? {} : { tag: keyword.tag }
  // Whoever wants no texts any more is not answered by a machine; a text that came late is for people.
  const late = sms.missedAt !== undefined || ctx.now() - fact.receivedAt > LATE_MS
  if (late || soundsLikeStop(sms.body)) return { keepOut: false, ...tag }
  if (keyword?.reply) {
    const said = await claimSaying(ctx, tx, thread, 'keyword')
    if (said) await addAnswer(ctx, tx, thread, messageId, { kind: 'keyword', template: keyword.reply })
    return keepOut(ctx, tx, text, { stop: said && keyword.stopProcessing, ...tag })
  }
  if (keyword?.stopProcessing) return keepOut(ctx, tx, text, { stop: true, ...tag })
  await answerAnyText(ctx, tx, text)
  return { keepOut: false, ...tag }
}

/** A text that is answered is shown where there is a conversation, and opens none; a picture is always for people. */
async function keepOut(ctx: Ctx, tx: Tx, text: Received, { stop, tag }: { stop: boolean; tag?: string }) {
  const { sms, thread, messageId } = text
  const tagged = tag === undefined ? {} : { tag }
  if (!stop || sms.media.length > 0) return { keepOut: false, ...tagged }
  const conversationId = await openConversationOf(tx, thread)
  if (conversationId) {
    await addNote(ctx, tx, { thread, messageId, conversationId, html: keywordKeptOut({ body: sms.body }) })
    if (tag !== undefined) await manage(ctx, tx, thread, { do: 'tag', conversationId, name: tag }, messageId)
  }
  return { keepOut: true }
}

/** By the operator's own bot where there is one and people have not taken over; else by what the hours say. */
async function answerAnyText(ctx: Ctx, tx: Tx, { thread, messageId, receivedAt }: Received): Promise<void> {
  const { responder, hours, autoReplies } = ctx.config.behaviour
  if (!responder && autoReplies.firstMessage === '' && autoReplies.outOfHours === '') return
  const open = hours === null || isOpen(hours, receivedAt)
  const begins = thread.promptedBy !== null || (await activeConversation(ctx, tx, thread)) === null
  const kind = open ? 'firstMessage' : 'outOfHours'
  const template = open && !begins ? '' : autoReplies[kind]
  if (responder && !(await isForPeople(tx, thread)) && (await maySay(ctx, tx, thread, 'responder'))) {
    await addQuestion(ctx, tx, thread, messageId, template === '' ? {} : { otherwise: { kind, template } })
  } else if (template !== '' && (await claimSaying(ctx, tx, thread, kind))) {
    await addAnswer(ctx, tx, thread, messageId, { kind, template })
  }
}

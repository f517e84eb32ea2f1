import { addEffects } from '../queue/jobs.ts'
import { mmsPossible } from '../rules/mms.ts'
import { attachmentNotSent, attachmentSentAsLink, cannotBeTexted, replyTooLong } from '../rules/notes.ts'
import { canReplyTo, channelOf } from '../rules/phone.ts'
import { countSegments, MAX_SMS_LENGTH, splitBody } from '../rules/segments.ts'
import type { Tx } from '../store/database.ts'
import { countAnswer } from '../store/durations.ts'
import type { KeptFile } from '../store/media.ts'
import { addMessage, type NewMessage } from '../store/messages.ts'
import type { Thread } from '../store/threads.ts'
import { traced } from '../trace.ts'
import { peopleAnswer } from './ask-responder.ts'
import { attachmentsOf } from './attachments.ts'
import type { Ctx } from './context.ts'
import type { ReplySent } from './facts.ts'
import { addNote } from './post-note.ts'
import { tellOfMessage } from './tell-team.ts'
import { textEffect } from './text-effect.ts'
import { wordsFor } from './words-for.ts'

/** A customer may open a link days later; Twilio fetches a file within hours at most. */
export const FILE_LIFE_MS = 7 * 86_400_000

const SENDING_IS_OFF = 'Sending files by text is switched off in this workspace.'

interface Words {
  text: string
  files: KeptFile[]
}

/**
 * One reply becomes one text, or several in order when it is longer than Twilio takes. False when nothing of it is texted:
 * a note has said why, unless there was nothing to begin with.
 */
export async function queueTexts(ctx: Ctx, tx: Tx, thread: Thread, reply: ReplySent, words: Words): Promise<boolean> {
  const tell = (html: string) =>
    addNote(ctx, tx, { thread, messageId: null, conversationId: reply.conversationId, html })
  if (ctx.config.behaviour.media.outbound === 'off') {
    for (const { name } of attachmentsOf(reply)) await tell(attachmentNotSent({ name, sentence: SENDING_IS_OFF }))
  }
  const asMms =
    words.files.length > 0 &&
    ctx.config.behaviour.media.outbound === 'mms' &&
    mmsPossible({ from: thread.number, to: thread.customer, files: words.files })
  const text = await signed(ctx, tx, thread, reply, words.text)
  const body = asMms ? text : withLinks(ctx, { ...words, text })
  if (body.trim() === '' && !asMms) return false
  const byTeammate = reply.author.type !== 'bot'
  if (byTeammate) {
    await peopleAnswer(ctx, tx, thread)
    await countAnswer(tx, reply.conversationId, reply.createdAt)
  }
  const base = messageFor(thread, reply)
  if (!canReplyTo(thread.customer)) {
    const error = { code: 'not_a_number', message: 'The sender is a name and not a phone number; it cannot be texted.' }
    const id = await addMessage(tx, { ...base, status: 'failed', body, error }, ctx.now())
    await tellOfMessage(ctx, tx, 'sms.failed', id)
    await tell(cannotBeTexted({ address: thread.customer }))
    return false
  }
  const pieces = splitBody(body, MAX_SMS_LENGTH)
  const segments = pieces.map((piece) => countSegments(piece).segments)
  const total = segments.reduce((sum, n) => sum + n, 0)
  const max = ctx.config.behaviour.replies.maxSegments
  if (total > max) {
    const error = { code: 'too_long', message: `It would take ${total} segments; at most ${max} are allowed.` }
    const id = await addMessage(tx, { ...base, status: 'failed', body, segments: total, error }, ctx.now())
    await tellOfMessage(ctx, tx, 'sms.failed', id)
    await tell(replyTooLong({ segments: total, max }))
    return false
  }
  const media = asMms ? words.files.map(({ id, name, contentType }) => ({ url: `file:${id}`, name, contentType })) : []
  for (const [index, piece] of (pieces.length > 0 ? pieces : ['']).entries()) {
    const message = { ...base, body: piece, media: index === 0 ? media : [], segments: segments[index] ?? 1 }
    const messageId = await addMessage(
      tx,
      { ...message, channel: channelOf(thread.customer, message.media.length) },
      ctx.now(),
    )
    await addEffects(tx, [textEffect(thread.customer, messageId, { byTeammate })], ctx.now())
    const ids = { ...traced(tx), message: messageId, conversation: reply.conversationId, part: reply.partId }
    ctx.log.info({ ...ids, customer: thread.customer }, 'text queued')
  }
  // Where links are the operator's choice, nothing else could have been expected.
  if (!asMms && ctx.config.behaviour.media.outbound === 'mms') {
    for (const { name } of words.files) await tell(attachmentSentAsLink({ name }))
  }
  return true
}

/** Agents sign their words as the behaviour file says; bots have no name, and a file needs no signature. */
async function signed(ctx: Ctx, tx: Tx, thread: Thread, { author }: ReplySent, text: string): Promise<string> {
  if (author.type === 'bot' || text.trim() === '') return text
  const agentName = author.name ?? null
  const signature = await wordsFor(ctx, tx, ctx.config.behaviour.replies.signature, thread, { agentName })
  return signature === '' ? text : `${text}\n${signature}`
}

function messageFor(thread: Thread, reply: ReplySent): NewMessage {
  return {
    threadId: thread.id,
    direction: 'outbound',
    status: 'queued',
    channel: channelOf(thread.customer, 0),
    body: '',
    media: [],
    conversationId: reply.conversationId,
    partId: reply.partId,
  }
}

function withLinks(ctx: Ctx, { text, files }: Words): string {
  const links = files.map(({ id, name }) => `${name}: ${ctx.mediaLink({ file: id }, ctx.now() + FILE_LIFE_MS)}`)
  return [text, ...links].filter((line) => line !== '').join('\n')
}

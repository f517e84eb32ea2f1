import { addEffects } from '../queue/jobs.ts'
import type { Decision, Fact } from '../queue/work.ts'
import { maybeOptOut } from '../rules/consent-notes.ts'
import { textWasMissed } from '../rules/notes.ts'
import { channelOf } from '../rules/phone.ts'
import { soundsLikeStop } from '../rules/sounds-like-stop.ts'
import { cleanText } from '../rules/text.ts'
import { expectCharge } from '../store/charges.ts'
import type { Tx } from '../store/database.ts'
import { addMessage, cancelAwaiting, messageBySid } from '../store/messages.ts'
import { setPrompt, type Thread } from '../store/threads.ts'
import { traced } from '../trace.ts'
import { answerByItself } from './answer-by-itself.ts'
import { consentIn, followConsent } from './consent.ts'
import type { Ctx } from './context.ts'
import type { SmsReceived } from './facts.ts'
import { laneOf } from './lanes.ts'
import { addNote } from './post-note.ts'
import type { Post } from './post-part.ts'
import { tellOfMessage } from './tell-team.ts'
import { threadTexted } from './thread-of.ts'

/** A customer's text arrived: it becomes a part in the conversation of its thread. */
export async function smsReceived(ctx: Ctx, tx: Tx, fact: Fact): Promise<Decision> {
  const sms: SmsReceived = JSON.parse(fact.body)
  if (await messageBySid(tx, sms.sid)) return 'done'
  const thread = await threadTexted(ctx, tx, sms.to, sms.from)
  const message = {
    threadId: thread.id,
    direction: 'inbound',
    status: 'received',
    channel: channelOf(sms.from, sms.media.length),
    body: cleanText(sms.body),
    media: sms.media,
    twilioSid: sms.sid,
  } as const
  const messageId = await addMessage(tx, message, fact.receivedAt)
  await expectCharge(tx, { sid: sms.sid, messageId }, ctx.now())
  const ids = { ...traced(tx), fact: fact.id, message: messageId, sid: sms.sid }
  ctx.log.info({ ...ids, customer: sms.from, number: sms.to }, 'text received')
  await cancelAwaiting(tx, sms.from, ctx.now())
  const consent = await consentIn(ctx, tx, sms)
  if (consent) {
    await followConsent(ctx, tx, { thread, messageId, sms, consent })
    return 'done'
  }
  await tellOfMessage(ctx, tx, 'message.received', messageId)
  const { keepOut, tag } = await answerByItself(ctx, tx, fact, { sms, thread, messageId })
  if (keepOut) return 'done'
  const body = postFor(sms, thread, tag)
  await addEffects(tx, [{ kind: 'part.post', lane: laneOf.inbox(sms.from), messageId, body }], ctx.now())
  if (thread.promptedBy !== null) await setPrompt(tx, thread.id, null)
  if (soundsLikeStop(sms.body)) {
    await addNote(ctx, tx, { thread, messageId, html: maybeOptOut(), lane: laneOf.inbox(sms.from) })
  }
  if (sms.missedAt !== undefined) {
    const html = textWasMissed({ sentAt: sms.missedAt, body: sms.body })
    await addNote(ctx, tx, { thread, messageId, html, lane: laneOf.inbox(sms.from) })
  }
  return 'done'
}

/** What posting the text needs to know besides the text itself. */
function postFor(sms: SmsReceived, thread: Thread, tag?: string): Post {
  return {
    ...(sms.profileName ? { name: cleanText(sms.profileName) } : {}),
    ...(thread.promptedBy === null ? {} : { answers: thread.promptedBy }),
    place: sms.place,
    ...(tag === undefined ? {} : { tag }),
  }
}

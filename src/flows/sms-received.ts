import { addEffects } from '../queue/jobs.ts'
import type { Decision, Fact } from '../queue/work.ts'
import { textWasMissed } from '../rules/notes.ts'
import { channelOf } from '../rules/phone.ts'
import { cleanText } from '../rules/text.ts'
import type { Tx } from '../store/database.ts'
import { addMessage, messageBySid } from '../store/messages.ts'
import { threadOf } from '../store/threads.ts'
import type { Ctx } from './context.ts'
import type { SmsReceived } from './facts.ts'
import { laneOf } from './lanes.ts'
import { addNote } from './post-note.ts'

/** A customer's text arrived: it becomes a part in the conversation of its thread. */
export async function smsReceived(ctx: Ctx, tx: Tx, fact: Fact): Promise<Decision> {
  const sms: SmsReceived = JSON.parse(fact.body)
  if (await messageBySid(tx, sms.sid)) return 'done'
  const thread = await threadOf(tx, sms.to, sms.from, ctx.now())
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
  const body = sms.profileName ? { name: cleanText(sms.profileName) } : {}
  await addEffects(tx, [{ kind: 'part.post', lane: laneOf.inbox(sms.from), messageId, body }], ctx.now())
  if (sms.missedAt !== undefined) {
    const html = textWasMissed({ sentAt: sms.missedAt, body: sms.body })
    await addNote(ctx, tx, { thread, messageId, html, lane: laneOf.inbox(sms.from) })
  }
  ctx.log.info({ fact: fact.id, message: messageId, customer: sms.from, number: sms.to, sid: sms.sid }, 'text received')
  return 'done'
}

import { addEffects } from '../queue/jobs.ts'
import type { Effect } from '../queue/work.ts'
import { advanceStatus } from '../rules/status.ts'
import { expectCharge } from '../store/charges.ts'
import { findContact } from '../store/contacts.ts'
import type { Tx } from '../store/database.ts'
import { type Message, updateMessage } from '../store/messages.ts'
import { setPrompt, type Thread } from '../store/threads.ts'
import { traced } from '../trace.ts'
import { messageOf } from './about.ts'
import { peopleAnswer } from './ask-responder.ts'
import { closeOpenConversation } from './close-conversation.ts'
import type { Ctx } from './context.ts'
import { laneOf } from './lanes.ts'
import { isAnswer } from './origins.ts'
import type { ListedSms, SentSms } from './ports.ts'
import { showAutomatic } from './show-automatic.ts'
import type { Texting } from './text-effect.ts'
import { textFailed } from './text-failed.ts'
import { isFailure } from './text-failure.ts'

/** Whoever answers one of these begins a conversation; automatic answers and surveys belong to the one they are in. */
const BEGINNINGS = new Set(['api', 'series', 'welcome', 'opening'])

export type AcceptedSms = SentSms & Partial<Pick<ListedSms, 'errorCode'>>

/** Twilio has the text, by its answer or by evidence found later; it may have failed on its way by then. */
export async function smsAccepted(ctx: Ctx, tx: Tx, effect: Effect, sent: AcceptedSms): Promise<void> {
  const { message, thread } = await messageOf(tx, effect)
  const { sid, segments } = sent
  const accepted = advanceStatus(message.status, 'sent')
  const status = advanceStatus(accepted, sent.status)
  const counted = segments ? { segments } : {}
  await updateMessage(tx, message.id, { status, twilio_sid: sid, ...counted }, ctx.now())
  await expectCharge(tx, { sid, messageId: message.id }, ctx.now())
  if (isFailure(status) && status !== accepted) await textFailed(ctx, tx, message, status, sent.errorCode ?? undefined)
  const ids = { ...traced(tx), effect: effect.id, message: message.id, sid }
  ctx.log.info({ ...ids, customer: thread.customer }, 'text accepted by Twilio')

  // One that never comes to the customer has no answer.
  if (!isFailure(status)) await expectAnswer(ctx, tx, effect, message, thread)
  if (message.origin === 'command') await peopleAnswer(ctx, tx, thread)
  if (isAnswer(message.origin)) await showAutomatic(ctx, tx, message, thread)

  const lane = laneOf.desk(thread.customer)
  const contact = await findContact(tx, thread.customer)
  const update = { contactId: contact?.contactId, attributes: { last_sms_sid: sid } }
  const read = { do: 'read', conversationId: message.conversationId }
  // Only a reply is a part of the conversation; whatever else was texted there is nothing that could be e-mailed.
  const marksRead = ctx.config.behaviour.replies.markRead && message.partId && message.conversationId
  await addEffects(
    tx,
    [
      // Or Intercom e-mails the same reply to a customer who has not looked at the Messenger.
      ...(marksRead ? [{ kind: 'conversation.manage', lane, messageId: message.id, body: read }] : []),
      ...(contact ? [{ kind: 'contact.update', lane, messageId: message.id, body: update }] : []),
    ],
    ctx.now(),
  )
}

/** What the customer writes next is about the last text that was meant to be answered: a program's, or a teammate's. */
async function expectAnswer(ctx: Ctx, tx: Tx, effect: Effect, message: Message, thread: Thread): Promise<void> {
  const { byTeammate }: Texting = JSON.parse(effect.body)
  if (BEGINNINGS.has(message.origin)) await setPrompt(tx, thread.id, message.id)
  else if (byTeammate || message.origin === 'command') await setPrompt(tx, thread.id, null)
  if (message.origin === 'opening') await closeOpenConversation(ctx, tx, thread)
}

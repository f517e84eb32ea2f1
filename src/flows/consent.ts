import { addEffects } from '../queue/jobs.ts'
import { keywordIn } from '../rules/keywords.ts'
import { optedIn, optedOut } from '../rules/notes.ts'
import { findContact } from '../store/contacts.ts'
import type { Tx } from '../store/database.ts'
import { addOptOut, endOptOut, isOptedOut } from '../store/opt-outs.ts'
import { closingTime, type Thread } from '../store/threads.ts'
import type { Ctx } from './context.ts'
import type { SmsReceived } from './facts.ts'
import { laneOf } from './lanes.ts'
import { addNote } from './post-note.ts'
import { requestMessage } from './request-message.ts'

/** Twilio's error code for a text to somebody who has opted out. */
const TWILIO_SAYS_SO = '21610'

export type Consent = 'stop' | 'start' | 'help'

/**
 * Whether a text is about consent and nothing else. What Advanced Opt-Out says is believed; else the lists of the behaviour
 * file decide. Such a text opens no conversation.
 */
export async function consentIn(ctx: Ctx, tx: Tx, sms: SmsReceived): Promise<Consent | null> {
  if (sms.optOutType) return sms.optOutType.toLowerCase() as Consent
  const { stop, start, help } = ctx.config.behaviour.optOut
  if (keywordIn(sms.body, stop)) return 'stop'
  if (keywordIn(sms.body, help)) return 'help'
  const started = keywordIn(sms.body, start)
  if (!started) return null
  // "Yes" is an answer to many a question; it only is consent for somebody who has opted out.
  const ambiguous = started.toUpperCase() === 'YES'
  return ambiguous && !(await isOptedOut(tx, sms.from, sms.to)) ? null : 'start'
}

/** A customer opted out or in by text, or asked for help: recorded, noted where a conversation is open, answered once. */
export async function followConsent(
  ctx: Ctx,
  tx: Tx,
  thread: Thread,
  sms: SmsReceived,
  consent: Consent,
): Promise<void> {
  const source = sms.optOutType ? 'carrier' : 'keyword'
  if (consent === 'stop') await stopTexts(ctx, tx, thread, { source, reason: sms.body.slice(0, 40) })
  if (consent === 'start') await allowTexts(ctx, tx, thread, source)
  await answer(ctx, tx, thread, sms, consent)
}

/** From now on nothing is texted to the customer from this number. False when it was so already. */
export async function stopTexts(
  ctx: Ctx,
  tx: Tx,
  thread: Thread,
  o: { source: string; reason: string },
): Promise<boolean> {
  const { customer, number } = thread
  const { added } = await addOptOut(tx, { customer, number, ...o }, ctx.now())
  if (!added) return false
  ctx.log.info({ customer, number, source: o.source }, 'opted out')
  // Where Twilio's refusal of a reply is how we learn of it, the note about that reply says it all.
  if (o.source !== TWILIO_SAYS_SO) await tell(ctx, tx, thread, optedOut({ source: o.source }))
  await setAttributes(ctx, tx, thread, { sms_opted_out: true, sms_opted_out_at: Math.floor(ctx.now() / 1000) })
  return true
}

/** Twilio refused a text because the customer has opted out: it knew, and we did not. */
export async function believeRefusal(ctx: Ctx, tx: Tx, thread: Thread, code: string): Promise<void> {
  if (code !== TWILIO_SAYS_SO) return
  await stopTexts(ctx, tx, thread, { source: TWILIO_SAYS_SO, reason: 'Twilio refused a text' })
}

/** The customer may be texted from this number again. False when it was so already. */
export async function allowTexts(ctx: Ctx, tx: Tx, thread: Thread, by: string): Promise<boolean> {
  const { customer, number } = thread
  if (!(await endOptOut(tx, { customer, number, by }, ctx.now()))) return false
  ctx.log.info({ customer, number, source: by }, 'opted in')
  await tell(ctx, tx, thread, optedIn({ source: by }))
  await setAttributes(ctx, tx, thread, { sms_opted_out: false })
  return true
}

/** Keyword messages open no conversation; they are noted in an open one. */
async function tell(ctx: Ctx, tx: Tx, thread: Thread, html: string): Promise<void> {
  const { conversationId } = thread
  if (!conversationId || (await closingTime(tx, conversationId)) !== null) return
  await addNote(ctx, tx, { thread, messageId: null, conversationId, html })
}

async function setAttributes(
  ctx: Ctx,
  tx: Tx,
  thread: Thread,
  attributes: Record<string, boolean | number>,
): Promise<void> {
  const contact = await findContact(tx, thread.customer)
  if (!contact) return
  const body = { contactId: contact.contactId, attributes }
  await addEffects(tx, [{ kind: 'contact.update', lane: laneOf.desk(thread.customer), body }], ctx.now())
}

/** Twilio answers by itself unless it is told that the bridge does; never twice. */
async function answer(ctx: Ctx, tx: Tx, thread: Thread, sms: SmsReceived, consent: Consent): Promise<void> {
  const { repliesBy, stopReply, startReply, helpReply } = ctx.config.behaviour.optOut
  const body = { stop: stopReply, start: startReply, help: helpReply }[consent]
  if (repliesBy !== 'bridge' || sms.optOutType || body === '') return
  await requestMessage(ctx, tx, { to: thread.customer, from: thread.number, body, mediaUrls: [], origin: 'consent' })
}

import { addEffects } from '../queue/jobs.ts'
import { keywordTexted, optedIn, optedOut } from '../rules/consent-notes.ts'
import { keywordIn, wholeTextIn } from '../rules/keywords.ts'
import { type Actor, audit } from '../store/audit.ts'
import { findContact } from '../store/contacts.ts'
import type { Tx } from '../store/database.ts'
import { addOptOut, endOptOuts, hasOptedOut, isOptedOut } from '../store/opt-outs.ts'
import { openConversationOf, type Thread, threadsOf } from '../store/threads.ts'
import { traced } from '../trace.ts'
import type { Ctx } from './context.ts'
import type { SmsReceived } from './facts.ts'
import { laneOf } from './lanes.ts'
import { claimSaying } from './may-say.ts'
import { addNote } from './post-note.ts'
import { requestMessage } from './request-message.ts'
import { tellOfConsent } from './tell-team.ts'
import { wordsFor } from './words-for.ts'

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

interface Said {
  thread: Thread
  messageId: number
  sms: SmsReceived
  consent: Consent
}

/** A customer opted out or in by text, or asked for help: recorded, noted where a conversation is open, answered once. */
export async function followConsent(ctx: Ctx, tx: Tx, said: Said): Promise<void> {
  const changed = await obey(ctx, tx, said)
  if (!changed) await show(ctx, tx, said)
  // An opt-out is confirmed once; whoever repeats it wants no texts all the more.
  if (changed || said.consent !== 'stop') await answer(ctx, tx, said)
}

/** False when all is as it was before. */
async function obey(ctx: Ctx, tx: Tx, { thread, sms, consent }: Said): Promise<boolean> {
  const source = sms.optOutType ? 'carrier' : 'keyword'
  const bare = wholeTextIn(sms.body, ctx.config.behaviour.optOut[consent]) !== null
  const words = bare ? {} : { words: sms.body }
  if (consent === 'stop') return stopTexts(ctx, tx, thread, { source, reason: sms.body.slice(0, 40), ...words })
  return consent === 'start' && allowTexts(ctx, tx, thread, { source, ...words })
}

/** What changed nothing was said all the same. */
async function show(ctx: Ctx, tx: Tx, { thread, messageId, sms, consent }: Said): Promise<void> {
  const conversationId = await openConversationOf(tx, thread)
  if (conversationId === null) return
  await addNote(ctx, tx, { thread, messageId, conversationId, html: keywordTexted({ body: sms.body, consent }) })
}

/** A customer and one of our numbers; empty = all of them. */
type Between = Pick<Thread, 'customer' | 'number'>

/** How the customer is known to want texts again; the actor is whose doing it is, where it is not the customer's own. */
interface By {
  source: string
  actor?: Actor
  /** What the customer texted, where it is more than a keyword. */
  words?: string
}

/** What a change of consent needs of the bridge: programs and the command line make such changes too. */
type Keeper = Pick<Ctx, 'config' | 'now' | 'log'>

/**
 * From now on nothing is texted to the customer from this number. False when it was so already.
 * @param o.at when the customer opted out (Unix ms); default now
 * @param o.actor whose doing it is, where it is not the customer's own
 * @param o.words what the customer texted, where it is more than a keyword
 */
export async function stopTexts(
  ctx: Keeper,
  tx: Tx,
  { customer, number }: Between,
  o: By & { reason: string; at?: number },
): Promise<boolean> {
  const { source, reason, at = ctx.now(), actor = 'bridge', words } = o
  if (!(await addOptOut(tx, { customer, number, source, reason }, at))) return false
  const details = { from: number || null, source }
  await audit(tx, { at: ctx.now(), actor, action: 'opt_out.added', phone: customer, details })
  ctx.log.info({ ...traced(tx), customer, number, source }, 'opted out')
  const threads = await threadsAbout(tx, customer, number)
  // Where Twilio's refusal of a reply is how we learn of it, the note about that reply says it all.
  if (source !== TWILIO_SAYS_SO) await tell(ctx, tx, threads, optedOut({ source, words }))
  // To look everybody on a list up would take hours; they are marked when they write.
  if (source !== 'import' || (await findContact(tx, customer))) await markOptedOut(ctx, tx, customer, at)
  // Whoever imports a list knows what is in it.
  if (source !== 'import') await tellOfConsent(ctx, tx, { customer, number, threads }, { optedOut: true, source })
  return true
}

/** Twilio refused a text because the customer has opted out: it knew, and we did not. */
export async function believeRefusal(ctx: Ctx, tx: Tx, thread: Thread, code: string): Promise<void> {
  if (code !== TWILIO_SAYS_SO) return
  await stopTexts(ctx, tx, thread, { source: TWILIO_SAYS_SO, reason: 'Twilio refused a text' })
}

/**
 * The customer may be texted from this number again (empty: from every one of ours), and from all if that was forbidden.
 * False when it was so already.
 */
export function allowTexts(ctx: Keeper, tx: Tx, { customer, number }: Between, by: By): Promise<boolean> {
  return optIn(ctx, tx, { customer, numbers: number === '' ? 'every' : [number, ''], by })
}

/** One opt-out is struck from the register; others of the same customer stay in force. False when it was over already. */
export function strikeOptOut(ctx: Keeper, tx: Tx, { customer, number }: Between, by: By): Promise<boolean> {
  return optIn(ctx, tx, { customer, numbers: [number], by })
}

async function optIn(
  ctx: Keeper,
  tx: Tx,
  o: { customer: string; numbers: string[] | 'every'; by: By },
): Promise<boolean> {
  const { customer, numbers } = o
  const { source: by, actor = 'bridge', words } = o.by
  const ended = await endOptOuts(tx, { customer, numbers, by }, ctx.now())
  if (ended.length === 0) return false
  for (const from of ended) {
    const details = { from: from || null, source: by }
    await audit(tx, { at: ctx.now(), actor, action: 'opt_out.ended', phone: customer, details })
  }
  const number = numbers === 'every' || ended.includes('') ? '' : (ended[0] ?? '')
  ctx.log.info({ ...traced(tx), customer, number, source: by }, 'opted in')
  const free: Thread[] = []
  const threads = await threadsAbout(tx, customer, number)
  for (const thread of threads) {
    if (!(await isOptedOut(tx, customer, thread.number))) free.push(thread)
  }
  await tell(ctx, tx, free, optedIn({ source: by, words }))
  await markContact(ctx, tx, customer, { sms_opted_out: await hasOptedOut(tx, customer) })
  await tellOfConsent(ctx, tx, { customer, number, threads }, { optedOut: false, source: by })
  return true
}

/** The customer's thread with this number; all of them where it is empty. */
async function threadsAbout(tx: Tx, customer: string, number: string): Promise<Thread[]> {
  const all = await threadsOf(tx, customer)
  return number === '' ? all : all.filter((thread) => thread.number === number)
}

/** A change of consent opens no conversation; it is noted in each that is open. */
async function tell(ctx: Keeper, tx: Tx, threads: Thread[], html: string): Promise<void> {
  const told = new Set<string>()
  for (const thread of threads) {
    const conversationId = await openConversationOf(tx, thread)
    if (conversationId === null || told.has(conversationId)) continue
    told.add(conversationId)
    await addNote(ctx, tx, { thread, messageId: null, conversationId, html })
  }
}

/** @param at when the customer opted out (Unix ms) */
export function markOptedOut(ctx: Keeper, tx: Tx, customer: string, at: number): Promise<void> {
  return markContact(ctx, tx, customer, { sms_opted_out: true, sms_opted_out_at: Math.floor(at / 1000) })
}

/** Agents and Intercom's own rules see it on the contact, which is looked for where none is known, and never made for this. */
async function markContact(
  ctx: Keeper,
  tx: Tx,
  customer: string,
  attributes: { sms_opted_out: boolean; sms_opted_out_at?: number },
): Promise<void> {
  const contact = await findContact(tx, customer)
  const body = { ...(contact ? { contactId: contact.contactId } : { customer }), attributes }
  await addEffects(tx, [{ kind: 'contact.update', lane: laneOf.desk(customer), body }], ctx.now())
}

/** Twilio answers by itself unless it is told that the bridge does; never twice. */
async function answer(ctx: Ctx, tx: Tx, { thread, sms, consent }: Said): Promise<void> {
  const { repliesBy, stopReply, startReply, helpReply } = ctx.config.behaviour.optOut
  if (repliesBy !== 'bridge' || sms.optOutType) return
  const template = { stop: stopReply, start: startReply, help: helpReply }[consent]
  const body = await wordsFor(ctx, tx, template, thread)
  if (body === '' || !(await claimSaying(ctx, tx, thread, 'consent'))) return
  await requestMessage(ctx, tx, { to: thread.customer, from: thread.number, body, mediaUrls: [], origin: 'consent' })
}

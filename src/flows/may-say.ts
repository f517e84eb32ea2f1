import { looksLikeLoop } from '../rules/loop.ts'
import { automaticStopped } from '../rules/notes.ts'
import { addressKind, isAllowedCountry } from '../rules/phone.ts'
import { automaticSince, keepAutomatic } from '../store/automatic-texts.ts'
import type { Tx } from '../store/database.ts'
import { latestMessages } from '../store/messages.ts'
import { isOptedOut } from '../store/opt-outs.ts'
import { type Thread, threadsOf } from '../store/threads.ts'
import { traced } from '../trace.ts'
import type { Ctx } from './context.ts'
import { addNote } from './post-note.ts'

export type AutomaticKind =
  | 'firstMessage'
  | 'outOfHours'
  | 'keyword'
  | 'consent'
  | 'responder'
  | 'survey'
  | 'thanks'
  | 'welcome'

const HOUR_MS = 3_600_000
/** Nobody asked for these; everything else answers something, or ends a conversation. */
const COOLS_DOWN = new Set<AutomaticKind>(['firstMessage', 'outOfHours'])
/** Reading more texts than that of one customer, whatever is allowed, would only cost time. */
const MOST_READ = 1000

/** The bridge is about to say something by itself, which from now on counts as said. False when it must not. */
export async function claimSaying(ctx: Ctx, tx: Tx, thread: Thread, kind: AutomaticKind): Promise<boolean> {
  if (!(await maySay(ctx, tx, thread, kind))) return false
  await keepAutomatic(tx, thread.customer, kind, ctx.now())
  return true
}

/**
 * Whether the bridge may say something of this kind by itself: never to a machine's number, to one of our own, or to
 * somebody who wants no texts; not again too soon; and not in an exchange that looks like one with another machine.
 */
export async function maySay(ctx: Ctx, tx: Tx, thread: Thread, kind: AutomaticKind): Promise<boolean> {
  const { customer, number } = thread
  const { limits, autoReplies } = ctx.config.behaviour
  if (!isPerson(ctx, customer) || !isAllowedCountry(customer, limits.allowedCountries)) return false
  // That an opt-out is obeyed is said to somebody who has just opted out.
  if (kind !== 'consent' && (await isOptedOut(tx, customer, number))) return false
  const coolDownMs = autoReplies.cooldownHours * HOUR_MS
  const decided = await automaticSince(tx, customer, ctx.now() - Math.max(HOUR_MS, coolDownMs))
  const again = decided.some((one) => one.kind === kind && one.at > ctx.now() - coolDownMs)
  if (COOLS_DOWN.has(kind) && again) return false
  const stopped = decided.some((one) => one.kind === 'stopped' && one.at > ctx.now() - HOUR_MS)
  const said = decided.filter((one) => one.kind !== 'stopped').map(({ at }) => at)
  const perMinute = limits.inboundPerCustomerPerMinute
  const received = await recentlyReceived(tx, customer, Math.min(perMinute + 1, MOST_READ))
  if (!looksLikeLoop({ now: ctx.now(), received, said }, perMinute)) return true
  if (!stopped) await fallSilent(ctx, tx, thread)
  return false
}

function isPerson(ctx: Ctx, customer: string): boolean {
  const kind = addressKind(customer)
  return kind !== 'shortcode' && kind !== 'alphanumeric' && !ctx.config.twilio.phoneNumbers.includes(customer)
}

/** A customer's latest texts, whichever of our numbers they went to, newest first. */
async function recentlyReceived(tx: Tx, customer: string, limit: number): Promise<{ body: string; at: number }[]> {
  const texts = []
  for (const { id } of await threadsOf(tx, customer)) {
    texts.push(...(await latestMessages(tx, id, { direction: 'inbound', limit })))
  }
  return texts.sort((a, b) => b.id - a.id).map(({ body, createdAt }) => ({ body, at: createdAt }))
}

/** The agent hears of it once an hour. */
async function fallSilent(ctx: Ctx, tx: Tx, thread: Thread): Promise<void> {
  await keepAutomatic(tx, thread.customer, 'stopped', ctx.now())
  ctx.log.warn(
    { ...traced(tx), customer: thread.customer },
    'It looks as if a machine is answering; automatic texts to it have stopped',
  )
  await addNote(ctx, tx, { thread, messageId: null, html: automaticStopped() })
}

import { post } from '../../src/sandbox/post.ts'
import { conversationsOf, failureNotes, postedFor, repliesTo, type Said, sentTo, textsOf } from './evidence.ts'
import { CANARY, type Stage } from './stage.ts'
import { until } from './until.ts'

/** What became of everything, in numbers and, where something is wrong, in words. */
export interface Verdict {
  texts: number
  replies: number
  lost: number
  doubled: number
  disordered: number
  /** Failures that an agent was told of. */
  notes: number
  problems: string[]
}

/**
 * When the faults are over: waits until nothing is left to do, has the bridge look for missed messages once more, and
 * judges. Whatever is true of every fault is asked here and nowhere else:
 * - every text of a customer is in Intercom exactly once, in order;
 * - every reply of an agent is at Twilio exactly once, in order, or it failed and exactly one note says so;
 * - one contact and one tagged conversation per customer; statuses are Twilio's;
 * - nothing unsigned was stored; no secret, words, name or phone number was written; it is ready again by itself.
 *
 * Out of its reach, because no client can promise it: a vendor that acts later than the settle time on a call that it did
 * not answer. With Twilio's idempotency as it is, such a text is sent twice.
 */
export async function judge(stage: Stage, o: { timeoutMs?: number } = {}): Promise<Verdict> {
  const timeoutMs = o.timeoutMs ?? 60_000
  let impatient = ''
  const quiet = (what: string) =>
    until(what, () => accounted(stage), { timeoutMs, instead: () => describe(stage) })
  try {
    await quiet('everything is done')
    await reconcile(stage)
    await quiet('the last look for missed messages is done')
    await until('it is ready again', async () => (await get(stage, '/readyz')) === 200, { timeoutMs: 10_000 })
  } catch (error) {
    impatient = error instanceof Error ? error.message : String(error)
  }
  return verdict(stage, impatient)
}

/** No lane has anything to do, and everything said is on the other shore, or has failed. */
export function accounted(stage: Stage): boolean {
  return stage.rows('select key from lanes limit 1').length === 0 && unaccounted(stage) === 0
}

/** Looks for what was missed, now; resolves when it has been recorded. */
export async function reconcile(stage: Stage): Promise<void> {
  const headers = { authorization: `Bearer ${stage.consoleToken}`, 'content-type': 'application/json' }
  const response = await fetch(`${stage.address}/api/v1/reconcile`, { method: 'POST', headers, body: '{}' })
  if (response.status !== 200) throw new Error(`POST /reconcile answered ${response.status}`)
}

export async function get({ address }: Stage, path: string): Promise<number> {
  const call = { url: address + path, bridgeUrl: address, connectUrl: address, headers: {}, timeoutMs: 10_000 }
  return (await post({ ...call, method: 'GET' })).status
}

export function customersOf({ twilio }: Stage): string[] {
  return [...new Set(twilio.messages.flatMap((sms) => (sms.direction === 'inbound' ? (sms.from ?? '') : [])))]
}

function unaccounted(stage: Stage): number {
  const counts = customersOf(stage).map((phone) => {
    const texts = missing(bodies(textsOf(stage, phone)), postedFor(stage, phone))
    const replies = missing(bodies(repliesTo(stage, phone)), sentTo(stage, phone))
    return texts.length + Math.max(0, replies.length - failedRows(stage, phone).length)
  })
  return counts.reduce((sum, n) => sum + n, staleStatuses(stage).length)
}

function verdict(stage: Stage, impatient: string): Verdict {
  const total: Verdict = { texts: 0, replies: 0, lost: 0, doubled: 0, disordered: 0, notes: 0, problems: [] }
  if (impatient) total.problems.push(impatient)
  for (const phone of customersOf(stage)) judgeCustomer(stage, phone, total)
  total.problems.push(...stage.bridge.surprises, ...leaks(stage), ...forgeries(stage), ...staleStatuses(stage))
  return total
}

function judgeCustomer(stage: Stage, phone: string, total: Verdict): void {
  const texts = textsOf(stage, phone)
  const posted = postedFor(stage, phone)
  const replies = repliesTo(stage, phone)
  const sent = sentTo(stage, phone)
  const failed = failedRows(stage, phone)
  const unsent = missing(bodies(replies), sent)
  const excused = failed.flatMap(({ part_id }) => replies.find(({ partId }) => partId === part_id)?.body ?? [])
  const findings = {
    lost: [...missing(bodies(texts), posted), ...missing(unsent, excused)],
    doubled: [...missing(posted, bodies(texts)), ...missing(sent, bodies(replies))],
    disordered: [...disorder(texts, posted), ...disorder(replies, sent)],
  }
  total.texts += texts.length
  total.replies += replies.length
  for (const kind of ['lost', 'doubled', 'disordered'] as const) {
    total[kind] += findings[kind].length
    for (const body of findings[kind]) total.problems.push(`${kind}: "${body}" of ${phone}`)
  }
  const conversations = conversationsOf(stage, phone)
  const notes = conversations.flatMap(failureNotes).length
  total.notes += notes
  if (notes !== failed.length) total.problems.push(`${failed.length} failures of ${phone}, but ${notes} notes`)
  const contacts = stage.intercom.contacts.filter((c) => c.phone === phone && c.mergedInto === null && !c.deleted)
  if (contacts.length !== 1) total.problems.push(`${contacts.length} contacts of ${phone}`)
  const living = conversations.filter((conversation) => !stage.gone.includes(conversation))
  if (living.length !== 1) total.problems.push(`${living.length} conversations of ${phone}`)
  if (living.some(({ tags }) => tags.length !== 1)) total.problems.push(`a conversation of ${phone} is not tagged`)
}

/** Texts to a customer of which an agent must have been told. */
function failedRows(stage: Stage, phone: string): { part_id: string }[] {
  return stage.rows(
    `select part_id from messages join threads on threads.id = thread_id
     where direction = 'outbound' and customer = ? and status in ('failed', 'undelivered', 'unknown')`,
    phone,
  )
}

const bodies = (said: Said[]) => said.map(({ body }) => body)

/** What is in the first and not in the second, each as often as it is. */
function missing(wanted: string[], there: string[]): string[] {
  const left = [...there]
  return wanted.filter((body) => {
    const at = left.indexOf(body)
    if (at >= 0) left.splice(at, 1)
    return at < 0
  })
}

/**
 * Words that came before earlier ones although the bridge knew of those first, or could only find both later. A webhook
 * that failed may be overtaken: the bridge learns of it when it looks for what it missed.
 */
function disorder(said: Said[], arrived: string[]): string[] {
  // Which of two equal ones came first cannot be seen.
  const once = said.filter(({ body }) => said.filter((other) => other.body === body).length === 1)
  const there = once.filter(({ body }) => arrived.includes(body))
  return there.flatMap((later, j) => {
    const place = arrived.indexOf(later.body)
    const overtaken = there.slice(0, j).some((earlier) => knownBefore(earlier, later) && arrived.indexOf(earlier.body) > place)
    return overtaken ? [later.body] : []
  })
}

const knownBefore = (earlier: Said, later: Said) =>
  earlier.heard < later.firstTold || (earlier.missed && later.missed)

function leaks(stage: Stage): string[] {
  const digits = customersOf(stage).map((phone) => phone.slice(1))
  const leaked = stage.bridge.output.find((line) => line.includes(CANARY) || digits.some((phone) => line.includes(phone)))
  return leaked === undefined ? [] : [`the bridge wrote what it must not: ${leaked}`]
}

function forgeries(stage: Stage): string[] {
  const stored = stage.rows(`select id from facts where body like '%forged%'`).length
  const posted = stage.intercom.conversations.filter(({ source, parts }) =>
    [source, ...parts].some(({ body }) => body?.includes('forged')),
  ).length
  const sent = stage.twilio.sent.filter(({ body }) => body.includes('forged')).length
  return stored + posted + sent > 0 ? [`something unsigned was taken: ${stored} stored, ${posted} posted, ${sent} sent`] : []
}

function staleStatuses(stage: Stage): string[] {
  const rows = stage.rows<{ twilio_sid: string; status: string }>(
    `select twilio_sid, status from messages where direction = 'outbound' and twilio_sid is not null`,
  )
  return rows
    .filter(({ twilio_sid, status }) => stage.twilio.statusOf(twilio_sid) !== status)
    .map(({ twilio_sid, status }) => `${twilio_sid} is ${stage.twilio.statusOf(twilio_sid)}, the bridge says ${status}`)
}

/** What is left to do, for the message of a wait that was in vain. */
function describe(stage: Stage): string {
  const lanes = stage.rows(`select key, due_at - strftime('%s', 'now') * 1000 as due_in from lanes limit 5`)
  const effects = stage.rows(
    `select id, kind, state, failures, lookups, error from effects where state in ('ready', 'sending', 'uncertain', 'dead') limit 8`,
  )
  return JSON.stringify({ unaccounted: unaccounted(stage), lanes, effects, last: stage.bridge.output.slice(-5) }, null, 1)
}

import { wallClock } from '../../src/clock.ts'
import { post } from '../../src/sandbox/post.ts'
import { acknowledgedReplies, acknowledgedTexts, type Evidence, failureNotes, gather, type Said } from './evidence.ts'
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
 * not answer. What was sent again by then is there twice.
 */
export async function judge(stage: Stage): Promise<Verdict> {
  const problems: string[] = []
  try {
    await settled(stage)
    await until('both services answer a look for missed messages', () => api(stage, 'reconcile'))
    await settled(stage)
    await until('it is ready again', async () => (await get(stage, '/readyz')) === 200)
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error))
  }
  const total: Verdict = { texts: 0, replies: 0, lost: 0, doubled: 0, disordered: 0, notes: 0, problems }
  const failures = await failedRows(stage)
  for (const [phone, evidence] of gather(stage)) judgeCustomer(stage, phone, evidence, failures, total)
  problems.push(...stage.crew.flatMap(({ surprises }) => surprises), ...leaks(stage))
  problems.push(...(await forgeries(stage)), ...(await staleStatuses(stage)))
  return total
}

/** Waits until everything is done; a long backlog may take its time as long as it shrinks. */
export function settled(stage: Stage): Promise<void> {
  const left = () => unaccounted(stage)
  return until('everything is done', () => accounted(stage), { left, instead: () => describe(stage) })
}

/** No lane has anything to do, and everything said is on the other shore, or has failed. */
export async function accounted(stage: Stage): Promise<boolean> {
  return (await stage.rows('select key from lanes limit 1')).length === 0 && (await unaccounted(stage)) === 0
}

/**
 * What was answered 2xx and is not on the disk: asked while the bridge that answered is dead, before the look for missed messages could
 * make up for it.
 */
export async function unstored(stage: Stage): Promise<string[]> {
  // Before the rows: where other bridges are alive, more is acknowledged meanwhile.
  const acknowledged = [
    ...acknowledgedTexts(stage.twilio.deliveries).map((sid) => `sms:${sid}`),
    ...acknowledgedReplies(stage.intercom.deliveries).map((part) => `reply:${part}`),
  ]
  const keys = new Set((await stage.rows<{ key: string }>('select key from facts')).map(({ key }) => key))
  return acknowledged.filter((key) => !keys.has(key))
}

/** One of the operator's orders. Resolves with whether it was carried out. */
export async function api(stage: Stage, order: 'reconcile' | 'jobs/retry-dead'): Promise<boolean> {
  const headers = { authorization: `Bearer ${stage.consoleToken}`, 'content-type': 'application/json' }
  return (await fetch(`${stage.address}/api/v1/${order}`, { method: 'POST', headers, body: '{}' })).ok
}

export async function get({ address }: Stage, path: string): Promise<number> {
  const call = { url: address + path, bridgeUrl: address, connectUrl: address, headers: {}, timeoutMs: 10_000 }
  return (await post({ ...call, method: 'GET' })).status
}

async function unaccounted(stage: Stage): Promise<number> {
  const failures = await failedRows(stage)
  const counts = [...gather(stage)].map(([phone, { texts, posted, replies, sent }]) => {
    const failed = failures.filter((row) => row.customer === phone).length
    return missing(bodies(texts), posted).length + Math.max(0, missing(bodies(replies), sent).length - failed)
  })
  return counts.reduce((sum, n) => sum + n, (await staleStatuses(stage)).length)
}

function judgeCustomer(stage: Stage, phone: string, e: Evidence, failures: FailedRow[], total: Verdict): void {
  const failed = failures.filter(({ customer }) => customer === phone)
  const excused = failed.flatMap(({ part_id }) => e.replies.find(({ partId }) => partId === part_id)?.body ?? [])
  const findings = {
    lost: [...missing(bodies(e.texts), e.posted), ...missing(missing(bodies(e.replies), e.sent), excused)],
    doubled: [...missing(e.posted, bodies(e.texts)), ...missing(e.sent, bodies(e.replies))],
    disordered: [...disorder(e.texts, e.posted), ...disorder(e.replies, e.sent)],
  }
  const notes = e.conversations.flatMap(failureNotes).length
  total.texts += e.texts.length
  total.replies += e.replies.length
  total.notes += notes
  for (const kind of ['lost', 'doubled', 'disordered'] as const) {
    total[kind] += findings[kind].length
    for (const body of findings[kind]) total.problems.push(`${kind}: "${body}" of ${phone}`)
  }
  if (notes !== failed.length) total.problems.push(`${failed.length} failures of ${phone}, but ${notes} notes`)
  total.problems.push(...strangers(stage, phone, e))
}

function strangers({ intercom, gone }: Stage, phone: string, { conversations }: Evidence): string[] {
  const contacts = intercom.contacts.filter((c) => c.phone === phone && c.mergedInto === null && !c.deleted)
  const living = conversations.filter((conversation) => !gone.includes(conversation))
  return [
    contacts.length === 1 ? [] : `${contacts.length} contacts of ${phone}`,
    living.length === 1 ? [] : `${living.length} conversations of ${phone}`,
    living.every(({ tags }) => tags.length === 1) ? [] : `a conversation of ${phone} is not tagged`,
  ].flat()
}

const FAILED = new Set(['failed', 'undelivered', 'unknown'])

interface FailedRow {
  customer: string
  part_id: string
}

/**
 * Texts to a customer of which an agent must have been told: those that failed, and those whose fate was unknown once,
 * although proof may have come later.
 */
async function failedRows({ crew, rows }: Stage): Promise<FailedRow[]> {
  const lines = crew.flatMap(({ output }) => output).filter((line) => line.includes('"outcome unknown"'))
  const unknown = new Set(lines.map((line) => String(JSON.parse(line).message)))
  const outbound = await rows<FailedRow & { id: number | string; status: string }>(
    `select messages.id, status, customer, part_id from messages join threads on threads.id = thread_id
     where direction = 'outbound'`,
  )
  return outbound.filter(({ id, status }) => FAILED.has(status) || unknown.has(String(id)))
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
    const overtook = there.slice(0, j).some((earlier) => {
      const known = earlier.heard < later.first || (earlier.missed && later.missed)
      return known && arrived.indexOf(earlier.body) > place
    })
    return overtook ? [later.body] : []
  })
}

function leaks({ twilio, crew }: Stage): string[] {
  const phones = new Set(
    twilio.messages.flatMap(({ direction, from }) => (direction === 'inbound' ? (from ?? []) : [])),
  )
  const secrets = [CANARY, ...[...phones].map((phone) => phone.slice(1))]
  const output = crew.flatMap((bridge) => bridge.output)
  const leaked = output.find((line) => secrets.some((secret) => line.includes(secret)))
  return leaked === undefined ? [] : [`the bridge wrote what it must not: ${leaked}`]
}

async function forgeries(stage: Stage): Promise<string[]> {
  const stored = (await stage.rows(`select id from facts where body like '%forged%'`)).length
  const posted = stage.intercom.conversations.filter(({ source, parts }) =>
    [source, ...parts].some(({ body }) => body?.includes('forged')),
  ).length
  const sent = stage.twilio.sent.filter(({ body }) => body.includes('forged')).length
  return stored + posted + sent > 0 ? [`taken unsigned: ${stored} stored, ${posted} posted, ${sent} sent`] : []
}

async function staleStatuses(stage: Stage): Promise<string[]> {
  const rows = await stage.rows<{ twilio_sid: string; status: string }>(
    `select twilio_sid, status from messages where direction = 'outbound' and twilio_sid is not null`,
  )
  const statuses = new Map(stage.twilio.messages.map(({ sid, status }) => [sid, status]))
  return rows
    .filter(({ twilio_sid, status }) => statuses.get(twilio_sid) !== status)
    .map(({ twilio_sid, status }) => `${twilio_sid} is ${statuses.get(twilio_sid)}, the bridge says ${status}`)
}

/** What is left to do, for the message of a wait that was in vain. */
async function describe(stage: Stage): Promise<string> {
  const left = {
    unaccounted: await unaccounted(stage),
    now: wallClock(),
    lanes: await stage.rows('select key, due_at, lease_until from lanes limit 5'),
    effects: await stage.rows(
      `select id, kind, state, failures, lookups, error from effects where state not in ('done', 'canceled') limit 8`,
    ),
    facts: await stage.rows(`select id, kind, state, attempts from facts where state <> 'done' limit 8`),
    output: stage.crew.flatMap(({ output }) => output.slice(-5)),
  }
  return JSON.stringify(left, null, 1)
}

import type { SmsReceived, SmsStatus } from '../flows/facts.ts'
import { laneOf } from '../flows/lanes.ts'
import type { ListedSms } from '../flows/ports.ts'
import type { NewFact } from '../queue/inbox.ts'
import { normalizeAddress } from '../rules/phone.ts'
import { numbersInUse, openSids, unrecorded } from '../store/reconciliation.ts'
import { readCharges } from './charges.ts'
import type { ReconcileOptions } from './reconcile.ts'

/** A webhook takes a moment; a text as young as this was not missed, it is on its way. */
const ON_ITS_WAY_MS = 2 * 60_000
const FINAL = new Set(['delivered', 'undelivered', 'failed', 'canceled', 'read'])

/**
 * Texts that Twilio has and we have not, and statuses of ours that never came. The list lags, by hours at times, so each
 * look overlaps the last one. It carries no place and no profile name: those are lost with the webhook.
 * https://www.twilio.com/docs/messaging/api/message-resource#read-multiple-message-resources
 */
export async function missedTexts(o: ReconcileOptions, since: number): Promise<{ texts: number; statuses: number }> {
  const listed = await everything(o, since)
  const texts = await inbound(o, listed)
  const statuses = await outcomes(o, listed)
  // One record at a time in the order sent: the order of recording is the order in the conversation.
  await o.record([...texts, ...statuses])
  await readCharges(o, listed)
  return { texts: texts.length, statuses: statuses.length }
}

/**
 * Oldest first, each once. With a Messaging Service alone the whole account is listed, and what belongs to neither the
 * service nor a number that customers have texted through it is another app's.
 */
async function everything({ ctx, db }: ReconcileOptions, since: number): Promise<ListedSms[]> {
  const { phoneNumbers, messagingServiceSid } = ctx.config.twilio
  const filters = phoneNumbers.flatMap((number) => [{ to: number }, { from: number }])
  const bySid = new Map<string, ListedSms>()
  for (const filter of filters.length > 0 ? filters : [{}]) {
    for (const sms of await ctx.twilio.list({ ...filter, since })) bySid.set(sms.sid, sms)
  }
  if (filters.length === 0) {
    const numbers = await numbersInUse(db)
    const ours = (sms: ListedSms) =>
      sms.serviceSid === messagingServiceSid || numbers.has(sms.to) || numbers.has(sms.from)
    for (const sms of [...bySid.values()].filter((one) => !ours(one))) bySid.delete(sms.sid)
  }
  // Twilio lists the newest first; turned round, texts of the same second are in order as well.
  return [...bySid.values()].reverse().sort((a, b) => when(a) - when(b))
}

async function inbound({ ctx, db }: ReconcileOptions, listed: ListedSms[]): Promise<NewFact[]> {
  const received = listed.filter((sms) => sms.direction === 'inbound')
  const missing = await unrecorded(
    db,
    received.map(({ sid }) => `sms:${sid}`),
  )
  const facts: NewFact[] = []
  for (const sms of received) {
    const key = `sms:${sms.sid}`
    if (!missing.has(key)) continue
    const media = sms.mediaCount > 0 ? await ctx.twilio.listMedia(sms.sid) : []
    const country = ctx.config.defaultCountry
    const from = normalizeAddress(sms.from, country)
    const late = ctx.now() - when(sms) > ON_ITS_WAY_MS ? { missedAt: when(sms) } : {}
    const body: SmsReceived = {
      sid: sms.sid,
      from,
      to: normalizeAddress(sms.to, country),
      body: sms.body,
      media,
      place: {},
      ...late,
    }
    facts.push({ key, kind: 'sms.received', lane: laneOf.inbox(from), body: JSON.stringify(body) })
  }
  return facts
}

async function outcomes({ ctx, db }: ReconcileOptions, listed: ListedSms[]): Promise<NewFact[]> {
  const final = listed.filter((sms) => sms.direction !== 'inbound' && FINAL.has(sms.status))
  const open = await openSids(
    db,
    final.map(({ sid }) => sid),
  )
  const facts = final
    .filter(({ sid }) => open.has(sid))
    .map((sms): NewFact => {
      const { sid, status, errorCode } = sms
      const to = normalizeAddress(sms.to, ctx.config.defaultCountry)
      const body: SmsStatus = { sid, status, to, from: sms.from, ...(errorCode ? { errorCode } : {}) }
      const key = `status:${sid}:${status}:${errorCode ?? '-'}`
      return { key, kind: 'sms.status', lane: laneOf.status(to), body: JSON.stringify(body) }
    })
  const missing = await unrecorded(
    db,
    facts.map(({ key }) => key),
  )
  return facts.filter(({ key }) => missing.has(key))
}

function when(sms: ListedSms): number {
  return sms.sentAt ?? sms.createdAt
}

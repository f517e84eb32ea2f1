import { VendorError } from '../errors.ts'
import type { ListedSms } from '../flows/ports.ts'
import { askLater, type Charge, dropCharge, dueCharges, keepCharge, unpriced } from '../store/charges.ts'
import type { Tx } from '../store/database.ts'
import type { ReconcileOptions } from './reconcile.ts'

/** So many texts are asked about in one look, one after the other: nobody waits for their price. */
const MOST_CALLS = 50
const MOST_DUE = 1000

type Options = Pick<ReconcileOptions, 'ctx' | 'db'>

/**
 * What texts have cost, by Twilio's own figures. Neither the answer to a send nor a callback carries a price: it stands in
 * the list that is read anyway, and later in the text itself.
 * https://www.twilio.com/docs/messaging/api/message-resource#message-properties
 * Where Twilio does not answer, the next look goes on where this one stopped.
 */
export async function readCharges(o: Options, listed: ListedSms[]): Promise<void> {
  const bySid = new Map(listed.map((sms) => [sms.sid, sms]))
  for (const sid of await unpriced(o.db, [...bySid.keys()])) {
    const charge = chargeOf(bySid.get(sid))
    if (charge) await write(o, (tx, now) => keepCharge(tx, sid, charge, now))
  }
  const due = await dueCharges(o.db, o.ctx.now(), MOST_DUE)
  for (const sid of due.filter((one) => bySid.has(one))) await write(o, (tx, now) => askLater(tx, sid, now))
  try {
    for (const sid of due.filter((one) => !bySid.has(one)).slice(0, MOST_CALLS)) await ask(o, sid)
  } catch (err) {
    if (!(err instanceof VendorError)) throw err
    o.ctx.log.info({ err }, 'prices are asked for again with the next look')
  }
}

async function ask(o: Options, sid: string): Promise<void> {
  const sms = await o.ctx.twilio.fetch(sid)
  const charge = chargeOf(sms)
  if (charge) return write(o, (tx, now) => keepCharge(tx, sid, charge, now))
  return write(o, (tx, now) => (sms ? askLater(tx, sid, now) : dropCharge(tx, sid)))
}

function chargeOf(sms: ListedSms | null | undefined): Charge | null {
  return typeof sms?.price === 'string' ? { price: sms.price, unit: sms.priceUnit, segments: sms.segments } : null
}

function write({ ctx, db }: Options, work: (tx: Tx, now: number) => Promise<void>): Promise<void> {
  return db.transaction().execute((tx) => work(tx, ctx.now()))
}

import { VendorError } from '../errors.ts'
import type { ListedSms } from '../flows/ports.ts'
import { askLater, type Charge, dropCharge, dueCharges, keepCharge, unpriced } from '../store/charges.ts'
import type { Tx } from '../store/database.ts'
import type { ReconcileOptions } from './reconcile.ts'

/** So many texts are asked about in one look, one after the other: nobody waits for their price. */
const MOST_CALLS = 50
const MOST_DUE = 1000
const SIDS_AT_ONCE = 50

type Options = Pick<ReconcileOptions, 'ctx' | 'db'>

/**
 * What texts have cost, by Twilio's own figures. Neither the answer to a send nor a callback carries a price: it stands in
 * the list that is read anyway, and later in the text itself.
 * https://www.twilio.com/docs/messaging/api/message-resource#message-properties
 * Where Twilio does not answer, the next look goes on where this one stopped.
 */
export async function readCharges(o: Options, listed: ListedSms[]): Promise<void> {
  const bySid = new Map(listed.map((sms) => [sms.sid, sms]))
  await write(o, [...(await unpriced(o.db, [...bySid.keys()]))], async (tx, sid, now) => {
    const charge = chargeOf(bySid.get(sid))
    if (charge) await keepCharge(tx, sid, charge, now)
  })
  const due = await dueCharges(o.db, o.ctx.now(), MOST_DUE)
  const [seen, unseen] = [due.filter((sid) => bySid.has(sid)), due.filter((sid) => !bySid.has(sid))]
  await write(o, seen, askLater)
  try {
    for (const sid of unseen.slice(0, MOST_CALLS)) await ask(o, sid)
  } catch (err) {
    if (!(err instanceof VendorError)) throw err
    o.ctx.log.info({ err }, 'prices are asked for again with the next look')
  }
}

async function ask(o: Options, sid: string): Promise<void> {
  const sms = await o.ctx.twilio.fetch(sid)
  const charge = chargeOf(sms)
  await write(o, [sid], (tx, _sid, now) => {
    if (charge) return keepCharge(tx, sid, charge, now)
    return sms ? askLater(tx, sid, now) : dropCharge(tx, sid)
  })
}

function chargeOf(sms: ListedSms | null | undefined): Charge | null {
  return typeof sms?.price === 'string' ? { price: sms.price, unit: sms.priceUnit, segments: sms.segments } : null
}

/** A transaction waits for the disk and keeps others out: not one for each text, and none for too many. */
async function write(
  { ctx, db }: Options,
  sids: string[],
  one: (tx: Tx, sid: string, now: number) => Promise<void>,
): Promise<void> {
  for (let start = 0; start < sids.length; start += SIDS_AT_ONCE) {
    const some = sids.slice(start, start + SIDS_AT_ONCE)
    await db.transaction().execute(async (tx) => {
      for (const sid of some) await one(tx, sid, ctx.now())
    })
  }
}

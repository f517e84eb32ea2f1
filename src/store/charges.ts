import { sql } from 'kysely'
import type { Db, Tx } from './database.ts'
import { inParts } from './in-parts.ts'
import { sumOfPrices } from './sum-of-prices.ts'

/** Written out instead of bound, so that the database sees that its index of open charges is meant. */
const open = sql<boolean>`charges.due_at is not null`

/** After this long Twilio is not asked any more: what it has not priced by then, such as a text that failed, is free. */
const PATIENCE_MS = 3 * 86_400_000
/** A text whose fate nobody reports is priced all the same. */
const SILENCE_MS = 3_600_000

/** Twilio has a text of ours, or a customer's: it will say what that costs, later. */
export async function expectCharge(tx: Tx, o: { sid: string; messageId: number }, now: number): Promise<void> {
  await tx
    .insertInto('charges')
    .values({ sid: o.sid, message_id: o.messageId, price: null, due_at: now, created_at: now })
    .onConflict((c) => c.column('sid').doNothing())
    .execute()
}

/** Which of these texts have no price yet. */
export async function unpriced(db: Db, sids: string[]): Promise<Set<string>> {
  const rows = await inParts(sids, (some) =>
    db.selectFrom('charges').select('sid').where('sid', 'in', some).where(open).execute(),
  )
  return new Set(rows.map(({ sid }) => sid))
}

/** Texts whose end is known, or that have been silent for long: they may have a price by now. The longest waiting first. */
export async function dueCharges(db: Db, now: number, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('charges')
    .innerJoin('messages', 'messages.id', 'charges.message_id')
    .select('charges.sid')
    .where(open)
    .where('charges.due_at', '<=', now)
    .where((e) =>
      e.or([
        e('messages.status', 'not in', ['queued', 'sending', 'sent', 'unknown']),
        e('charges.created_at', '<=', now - SILENCE_MS),
      ]),
    )
    .orderBy('charges.due_at')
    .limit(limit)
    .execute()
  return rows.map(({ sid }) => sid)
}

/** What Twilio says of a text: its price, in the account's currency (ISO 4217), and the segments it counted. */
export interface Charge {
  price: string
  unit: string
  segments: number | null
}

/** The price is known: the message carries it, together with those of its other attempts. */
export async function keepCharge(tx: Tx, sid: string, charge: Charge, now: number): Promise<void> {
  const row = await tx
    .updateTable('charges')
    .set({ price: charge.price, due_at: null })
    .where('sid', '=', sid)
    .where(open)
    .returning('message_id')
    .executeTakeFirst()
  if (!row) return
  const all = await tx.selectFrom('charges').select('price').where('message_id', '=', row.message_id).execute()
  await tx
    .updateTable('messages')
    .set({
      price: sumOfPrices(all.flatMap(({ price }) => price ?? [])),
      price_unit: charge.unit,
      ...(charge.segments === null ? {} : { segments: charge.segments }),
      updated_at: now,
    })
    .where('id', '=', row.message_id)
    .execute()
}

/** Not priced yet: Twilio is asked again after as long as it has taken so far, and one day not any more. */
export async function askLater(tx: Tx, sid: string, now: number): Promise<void> {
  await tx
    .updateTable('charges')
    .set((e) => ({
      due_at: e
        .case()
        .when('created_at', '<', now - PATIENCE_MS)
        .then(null)
        .else(e(e.val(2 * now), '-', e.ref('created_at')))
        .end(),
    }))
    .where('sid', '=', sid)
    .execute()
}

/** Twilio does not know the text any more. */
export async function dropCharge(tx: Tx, sid: string): Promise<void> {
  await tx.updateTable('charges').set({ due_at: null }).where('sid', '=', sid).execute()
}

export interface Cost {
  segments: number
  /** Null while nothing is known. */
  price: string | null
  priceUnit: string | null
}

/** What a thread has cost so far, in all and by conversation. Segments and prices as far as they are known. */
export async function costOfThread(db: Db, threadId: number): Promise<{ all: Cost; by: Map<string, Cost> }> {
  const rows = await db
    .selectFrom('messages')
    .select(['conversation_id as id', 'price', 'price_unit as unit', 'segments'])
    .where('thread_id', '=', threadId)
    .execute()
  const byConversation = new Map<string, typeof rows>()
  for (const row of rows) {
    if (row.id === null) continue
    const some = byConversation.get(row.id) ?? []
    some.push(row)
    byConversation.set(row.id, some)
  }
  return { all: costOf(rows), by: new Map([...byConversation].map(([id, some]) => [id, costOf(some)])) }
}

function costOf(rows: { price: string | null; unit: string | null; segments: number | null }[]): Cost {
  return {
    segments: rows.reduce((sum, { segments }) => sum + (segments ?? 0), 0),
    price: sumOfPrices(rows.flatMap(({ price }) => price ?? [])),
    priceUnit: rows.find(({ unit }) => unit !== null)?.unit ?? null,
  }
}

import type { Tx } from './database.ts'

export interface KnownContact {
  contactId: string
  name: string | null
  /** When the bridge created it; null when it was found. */
  madeAt: number | null
}

/** With the time of its latest look-up in Intercom. */
export async function findContact(tx: Tx, customer: string): Promise<(KnownContact & { foundAt: number }) | null> {
  const row = await tx
    .selectFrom('contacts')
    .select(['contact_id as contactId', 'name', 'made_at as madeAt', 'updated_at as foundAt'])
    .where('customer', '=', customer)
    .executeTakeFirst()
  return row ?? null
}

export async function keepContact(tx: Tx, customer: string, contact: KnownContact, now: number): Promise<void> {
  const values = { contact_id: contact.contactId, name: contact.name, made_at: contact.madeAt, updated_at: now }
  await tx
    .insertInto('contacts')
    .values({ customer, ...values })
    .onConflict((c) => c.column('customer').doUpdateSet(values))
    .execute()
}

/** The contact is gone in Intercom (deleted, merged): it is looked for again at the next call. */
export async function forgetContact(tx: Tx, contactId: string): Promise<void> {
  await tx.deleteFrom('contacts').where('contact_id', '=', contactId).execute()
  await tx.updateTable('conversations').set({ contact_id: null }).where('contact_id', '=', contactId).execute()
}

/** The contact was merged into another one, which has its conversations from now on. */
export async function replaceContact(tx: Tx, merge: { from: string; into: string }, now: number): Promise<void> {
  const { from, into } = merge
  await tx
    .updateTable('contacts')
    .set({ contact_id: into, made_at: null, updated_at: now })
    .where('contact_id', '=', from)
    .execute()
  await tx.updateTable('conversations').set({ contact_id: into }).where('contact_id', '=', from).execute()
}

/** Addresses that belong to a contact, the one found last first. */
export async function customersOf(tx: Tx, contactId: string): Promise<string[]> {
  const rows = await tx
    .selectFrom('contacts')
    .select('customer')
    .where('contact_id', '=', contactId)
    .orderBy('updated_at', 'desc')
    .execute()
  return rows.map((row) => row.customer)
}

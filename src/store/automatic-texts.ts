import type { Tx } from './database.ts'

/** Written down when it is decided, so that whatever is decided next knows of it. @param now Unix ms */
export async function keepAutomatic(tx: Tx, customer: string, kind: string, now: number): Promise<void> {
  await tx.insertInto('automatic_texts').values({ customer, kind, decided_at: now }).execute()
}

/** What was decided for a customer since then, of which kind and when (Unix ms). */
export async function automaticSince(tx: Tx, customer: string, since: number): Promise<{ kind: string; at: number }[]> {
  return tx
    .selectFrom('automatic_texts')
    .select(['kind', 'decided_at as at'])
    .where('customer', '=', customer)
    .where('decided_at', '>=', since)
    .execute()
}

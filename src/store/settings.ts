import { sql } from 'kysely'
import type { Db, Tx } from './database.ts'

/** Something this deployment made up for itself once, the same for all its processes and starts. */
export async function settingOr(db: Db, key: string, make: () => string): Promise<string> {
  await db
    .insertInto('settings')
    .values({ key, value: make() })
    .onConflict((c) => c.column('key').doNothing())
    .execute()
  const row = await db.selectFrom('settings').select('value').where('key', '=', key).executeTakeFirstOrThrow()
  return row.value
}

/** Null when it was never kept. */
export async function readSetting(db: Db | Tx, key: string): Promise<string | null> {
  const row = await db.selectFrom('settings').select('value').where('key', '=', key).executeTakeFirst()
  return row?.value ?? null
}

export async function keepSetting(db: Db | Tx, key: string, value: string): Promise<void> {
  await db
    .insertInto('settings')
    .values({ key, value })
    .onConflict((c) => c.column('key').doUpdateSet({ value }))
    .execute()
}

/** How often something has happened since it was last forgotten, this time included. */
export async function countUp(tx: Tx, key: string): Promise<number> {
  const row = await tx
    .insertInto('settings')
    .values({ key, value: '1' })
    .onConflict((c) =>
      c
        .column('key')
        .doUpdateSet((e) => ({ value: sql<string>`cast(cast(${e.ref('settings.value')} as integer) + 1 as text)` })),
    )
    .returning('value')
    .executeTakeFirstOrThrow()
  return Number(row.value)
}

export async function forgetSetting(tx: Tx, key: string): Promise<void> {
  await tx.deleteFrom('settings').where('key', '=', key).execute()
}

/** Unix ms of a moment that was kept; null when it never was. */
export async function readTime(db: Db | Tx, key: string): Promise<number | null> {
  const value = await readSetting(db, key)
  return value === null ? null : Number(value)
}

export function keepTime(db: Db | Tx, key: string, at: number): Promise<void> {
  return keepSetting(db, key, String(at))
}

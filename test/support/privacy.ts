import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { api } from './api.ts'
import { conversation, sam, untilDecided, untilSo, untilStatus } from './stories.ts'
import { MARIA, type World } from './world.ts'

export const customer = (phone: string, more = '') => `/api/v1/customers/${encodeURIComponent(phone)}${more}`
export const erase = (world: World, query = '') => api(world, 'DELETE', customer(MARIA, query))
export const exported = (world: World, phone = MARIA) => api(world, 'GET', customer(phone, '/export'))
export const reconcile = async (world: World) => (await api(world, 'POST', '/api/v1/reconcile', { body: {} })).body
export const list = async (world: World, path: string) =>
  (await api(world, 'GET', `/api/v1/${path}`)).body.data as Record<string, unknown>[]

/** Maria and Sam have texted, and everything about it is done. */
export async function talked(world: World) {
  const opened = await conversation(world, 'My violet umbrella is lost')
  await sam(world, opened, 'We found it on the 42 tram')
  await untilStatus(world, 'We found it on the 42 tram', 'delivered')
  await untilIdle(world)
  return opened
}

/** Resolves when nothing is to be done any more. */
export async function untilIdle(world: World): Promise<void> {
  await untilDecided(world)
  await untilCount(world, "effects where state in ('ready', 'sending', 'uncertain')", 0)
}

export const untilOptOuts = (world: World, wanted: number) =>
  untilCount(world, 'opt_outs where ended_at is null', wanted)

/** Resolves when nothing more is held about Maria, and nobody is still busy with that. */
export async function untilErased(world: World): Promise<void> {
  await untilCount(world, 'erasures where finished_at is null', 0)
  await untilCount(world, `threads where customer = '${MARIA}'`, 0)
}

/** The API counts how often it is asked, so the rows are asked. */
async function untilCount({ config }: World, rows: string, wanted: number): Promise<void> {
  const db = new Database(config.databaseUrl.replace('sqlite:', ''), { readonly: true })
  const count = db.prepare(`select count(*) from ${rows}`).pluck()
  try {
    await untilSo(async () => count.get() === wanted)
  } finally {
    db.close()
  }
}

/** Everything the bridge has in files, as one text. */
export function filesOf({ config }: World): string {
  const folder = dirname(config.databaseUrl.replace('sqlite:', ''))
  const names = readdirSync(folder).filter((name) => name.startsWith('bridge.db') && !name.endsWith('ballast'))
  return names.map((name) => readFileSync(join(folder, name), 'latin1')).join('\n')
}

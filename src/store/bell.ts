import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Client } from 'pg'
import { connectionTo, type PostgresDb } from './postgres.ts'

const CHANNEL = 'bridge_work'
/** One ring tells of everything up to it: https://www.postgresql.org/docs/current/sql-notify.html */
const RING_EVERY_MS = 20
const RECONNECT_MS = 1000

/**
 * Tells the other instances that there is work, and hears it from them. Never more than a saved wait: whoever does not
 * hear it looks for itself within a second. Rung outside of transactions, since a NOTIFY inside makes commits queue up.
 * @param heard another instance has rung
 * @returns rings
 */
export function createBell(db: PostgresDb, url: string, heard: () => void): () => void {
  const own = randomUUID()
  let client: Client | null = null
  let again: NodeJS.Timeout | undefined
  let ringing: NodeJS.Timeout | undefined
  let closed = false

  async function listen(): Promise<void> {
    const { Client } = (await import('pg')).default
    if (closed) return
    const one = new Client(connectionTo(url))
    client = one
    one.on('notification', ({ payload }) => {
      if (payload !== own) heard()
    })
    one.on('error', () => {})
    one.once('end', () => {
      if (!closed) again = setTimeout(listen, RECONNECT_MS)
    })
    try {
      await one.connect()
      await one.query(`listen ${CHANNEL}`)
      // What was rung meanwhile was not heard.
      heard()
    } catch {
      await one.end().catch(() => {})
    }
  }

  void listen()
  db.closeFirst(async () => {
    closed = true
    clearTimeout(again)
    clearTimeout(ringing)
    await client?.end().catch(() => {})
  })
  return () => {
    ringing ??= setTimeout(() => {
      ringing = undefined
      void sql`select pg_notify(${CHANNEL}, ${own})`.execute(db).catch(() => {})
    }, RING_EVERY_MS)
  }
}

import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { pipeBoth } from './door.ts'
import type { Random } from './random.ts'

/** The way from the bridge to PostgreSQL, which can break at the worst moment. */
export interface Wire {
  /** The address of the database by this way. */
  url: string
  /** How many commits were cut off, before or after they were done. */
  cut(): number
  /** From now on so many commits of a hundred are cut off. */
  cutting: number
  close(): Promise<void>
}

/** https://www.postgresql.org/docs/current/protocol-message-formats.html: a simple query, which a commit is. */
const COMMIT = Buffer.from('commit\0')

export async function openWire(url: string, random: Random): Promise<Wire> {
  const to = new URL(url)
  const open = new Set<Socket>()
  let cuts = 0
  const server = createServer((bridge) => {
    const database = connect(Number(to.port), to.hostname)
    for (const socket of [bridge, database]) {
      open.add(socket)
      socket.once('close', () => open.delete(socket))
      socket.setNoDelay(true)
    }
    const cut = () => {
      cuts++
      bridge.resetAndDestroy()
      database.destroy()
    }
    pipeBoth(bridge, database)
    bridge.on('data', (data: Buffer) => {
      if (!data.includes(COMMIT) || !random.chance(wire.cutting / 100)) return
      // Cut before the database hears of it, or before its answer comes back.
      if (random.chance(0.5)) database.prependOnceListener('data', cut)
      else cut()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  const wire: Wire = {
    url: url.replace(`:${to.port}/`, `:${address.port}/`),
    cut: () => cuts,
    cutting: 0,
    async close() {
      for (const socket of open) socket.destroy()
      server.close()
    },
  }
  return wire
}

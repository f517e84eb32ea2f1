import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** One address for several instances, as a load balancer in front of them has it: each connection goes to the next one alive. */
export interface Door {
  port: number
  /** Where the instances listen, by their number. */
  ports: Map<number, number>
  close(): Promise<void>
}

export async function openDoor(): Promise<Door> {
  const ports = new Map<number, number>()
  const open = new Set<Socket>()
  let next = 0
  const server = createServer((outside) => {
    const alive = [...ports.values()]
    const port = alive[next++ % alive.length]
    if (port === undefined) return void outside.resetAndDestroy()
    const inside = connect(port, '127.0.0.1')
    pipeBoth(outside, inside)
    for (const socket of [outside, inside]) {
      open.add(socket)
      socket.once('close', () => open.delete(socket))
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    ports,
    async close() {
      for (const socket of open) socket.destroy()
      server.close()
    },
  }
}

/** What ends one side, ends the other in the same way. */
export function pipeBoth(one: Socket, other: Socket): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.pipe(to)
    from.on('error', () => to.resetAndDestroy())
  }
}

import { once } from 'node:events'
import { createServer } from 'node:net'

/** A place nobody should go to. `close` resolves with how many came. */
export async function listener(): Promise<{ port: number; close(): Promise<number> }> {
  let visits = 0
  const server = createServer((socket) => {
    visits += 1
    socket.destroy()
  })
  server.listen(0, 'localhost')
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    async close() {
      server.close()
      await once(server, 'close')
      return visits
    },
  }
}

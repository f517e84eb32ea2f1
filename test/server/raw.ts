import { once } from 'node:events'
import { connect } from 'node:net'

export interface Raw {
  send(text: string): void
  /** Nothing more will be said. */
  end(): void
  /** Everything received, as soon as the other side has closed the connection. */
  closed: Promise<string>
}

/** A connection that says what it likes, when it likes. */
export async function raw(port: number): Promise<Raw> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk.toString()
  })
  return {
    send: (words) => void socket.write(words),
    end: () => void socket.end(),
    closed: once(socket, 'close').then(() => text),
  }
}

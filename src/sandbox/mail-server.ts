import { once } from 'node:events'
import { SMTPServer } from 'smtp-server'
import { type Changes, createChanges } from './changes.ts'

export interface Mail {
  from: string
  to: string[]
  /** As it was written, headers and all. */
  source: string
}

export interface MailServer {
  /** An SMTP_URL that leads here. */
  url: string
  /** What arrived, oldest first. */
  readonly mails: readonly Mail[]
  until: Changes['until']
  close(): Promise<void>
}

/** A mail server on loopback that takes everything. */
export async function startMailServer(arrived: (mail: Mail) => void = () => {}): Promise<MailServer> {
  const mails: Mail[] = []
  const changes = createChanges(() => 'a mailbox of the team')
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, { envelope }, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const from = envelope.mailFrom ? envelope.mailFrom.address : ''
        const mail = { from, to: envelope.rcptTo.map(({ address }) => address), source: String(Buffer.concat(chunks)) }
        mails.push(mail)
        changes.changed()
        arrived(mail)
        done()
      })
    },
  })
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  const address = server.server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    until: changes.until,
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}

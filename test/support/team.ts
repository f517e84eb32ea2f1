import { once } from 'node:events'
import { afterEach } from '@jest/globals'
import { SMTPServer } from 'smtp-server'
import { type Changes, createChanges } from '../../src/sandbox/changes.ts'
import { type Listener, listen } from '../../src/sandbox/http.ts'

/** A webhook of the team: Slack's, or one of their own. It takes whatever comes, unless its faults say otherwise. */
export interface TeamHook extends Pick<Listener, 'url' | 'requests' | 'faults' | 'down'> {
  /** Bodies of the requests that were answered 2xx, oldest first. */
  readonly taken: Record<string, unknown>[]
  /** What Slack would show of them. */
  readonly texts: string[]
  until: Changes['until']
}

/** For a file of tests: what it gives starts a hook, which ends with the test. */
export function teamHooks(): () => Promise<TeamHook> {
  const open: Listener[] = []
  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.close()))
  })
  return async () => {
    const changes = createChanges(() => 'a webhook of the team')
    const listener = await listen({
      changes,
      guard: () => null,
      routes: [{ method: 'POST', path: /.*/, handle: () => ({ status: 200, body: 'ok' }) }],
      notFound: () => ({ status: 404 }),
    })
    open.push(listener)
    const taken = () => listener.requests.filter(({ status }) => status === 200).map(({ body }) => body as never)
    return Object.defineProperties(listener as Listener & TeamHook, {
      taken: { get: taken },
      texts: { get: () => taken().map(({ text }) => text) },
      until: { value: changes.until },
    })
  }
}

export interface Mailbox {
  /** An SMTP_URL that leads here. */
  url: string
  /** What arrived, as it was written, oldest first. */
  mails: { from: string; to: string[]; source: string }[]
  until: Changes['until']
}

/** For a file of tests: a mail server that takes everything. */
export function mailboxes(): () => Promise<Mailbox> {
  const open: SMTPServer[] = []
  afterEach(async () => {
    await Promise.all(open.splice(0).map((server) => new Promise<void>((done) => server.close(done))))
  })
  return async () => {
    const changes = createChanges(() => 'a mailbox of the team')
    const mails: Mailbox['mails'] = []
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onData(stream, { envelope }, done) {
        const chunks: Buffer[] = []
        stream.on('data', (chunk: Buffer) => chunks.push(chunk))
        stream.on('end', () => {
          const from = envelope.mailFrom ? envelope.mailFrom.address : ''
          const to = envelope.rcptTo.map(({ address }) => address)
          mails.push({ from, to, source: Buffer.concat(chunks).toString('utf8') })
          changes.changed()
          done()
        })
      },
    })
    open.push(server)
    server.listen(0, '127.0.0.1')
    await once(server.server, 'listening')
    const address = server.server.address()
    const port = typeof address === 'object' && address ? address.port : 0
    return { url: `smtp://127.0.0.1:${port}`, mails, until: changes.until }
  }
}

import { afterEach } from '@jest/globals'
import { type Changes, createChanges } from '../../src/sandbox/changes.ts'
import { type Listener, listen } from '../../src/sandbox/http.ts'
import { type MailServer, startMailServer } from '../../src/sandbox/mail-server.ts'

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

/** For a file of tests: a mail server that takes everything. */
export function mailboxes(): () => Promise<MailServer> {
  const open: MailServer[] = []
  afterEach(async () => {
    await Promise.all(open.splice(0).map((server) => server.close()))
  })
  return async () => {
    const server = await startMailServer()
    open.push(server)
    return server
  }
}

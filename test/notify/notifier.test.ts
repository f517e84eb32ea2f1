import { createHmac } from 'node:crypto'
import { beforeEach, expect, test } from '@jest/globals'
import { parseBehaviour } from '../../src/config/behaviour-file.ts'
import type { Config } from '../../src/config/types.ts'
import { VendorError } from '../../src/errors.ts'
import type { Target } from '../../src/flows/ports.ts'
import { createNotifier } from '../../src/notify/notifier.ts'
import type { ToldEvent } from '../../src/rules/team-events.ts'
import { mailboxes, type TeamHook, teamHooks } from '../support/team.ts'

const start = teamHooks()
const mailbox = mailboxes()
const NOW = 1_700_000_000_000

let hook: TeamHook
beforeEach(async () => {
  hook = await start()
})

const event = (id: string): ToldEvent => ({
  id,
  at: NOW - 5000,
  url: null,
  type: 'bridge.unhealthy',
  data: { healthy: false, reasons: ['a & b'] },
})

function notifier(smtpUrl = '') {
  const { behaviour } = parseBehaviour('timing: { requestTimeoutSeconds: 0.3 }', 'bridge.yaml')
  const config = { behaviour, smtpUrl, publicUrl: 'https://bridge.example' } as Config
  return createNotifier(config, { now: () => NOW })
}

function target(kind: Target['kind'], address: string): Target {
  return { key: 'k', kind, address, entries: [], ...(kind === 'webhook' ? { secret: 'plain secret' } : {}) }
}

/** One letter; null when it was taken. */
async function post(kind: Target['kind'], o: { smtpUrl?: string; address?: string } = {}): Promise<VendorError | null> {
  try {
    const letter = { id: 'evt_1', at: NOW, events: [event('evt_1')] }
    await notifier(o.smtpUrl).post(target(kind, o.address ?? hook.url), letter)
    return null
  } catch (error) {
    if (error instanceof VendorError) return error
    throw error
  }
}

test('Slack gets words, with the characters that mean something to it escaped', async () => {
  expect(await post('slack')).toBeNull()
  expect(hook.taken).toEqual([{ text: 'The bridge needs help\na &amp; b' }])
})

test('a webhook gets the event, signed over exactly what is sent', async () => {
  expect(await post('webhook')).toBeNull()
  const [request] = hook.requests
  expect(request?.body).toEqual({
    id: 'evt_1',
    type: 'bridge.unhealthy',
    timestamp: new Date(NOW - 5000).toISOString(),
    data: { healthy: false, reasons: ['a & b'] },
  })
  const signed = `evt_1.${NOW / 1000}.${request?.raw}`
  const signature = createHmac('sha256', 'plain secret').update(signed).digest('base64')
  expect(request?.headers).toMatchObject({
    'webhook-id': 'evt_1',
    'webhook-timestamp': String(NOW / 1000),
    'webhook-signature': `v1,${signature}`,
  })
})

test('a digest is one request with all its events', async () => {
  const letter = { id: 'digest_1', at: NOW, events: [event('evt_1'), event('evt_2')] }
  await notifier().post(target('webhook', hook.url), letter)
  expect(hook.taken).toMatchObject([
    { id: 'digest_1', type: 'digest', data: { events: [{ id: 'evt_1' }, { id: 'evt_2', type: 'bridge.unhealthy' }] } },
  ])
})

test.each([
  ['slack', 404, true],
  ['slack', 403, true],
  ['slack', 500, false],
  ['webhook', 410, true],
  ['webhook', 404, false],
  ['webhook', 401, false],
  ['webhook', 429, false],
  ['webhook', 302, false],
] as const)('%s answers %i: given up for good %s; nobody else waits for it', async (kind, status, permanent) => {
  const headers = { location: `${hook.url}/elsewhere`, 'retry-after': '7' }
  hook.faults.add({ act: false, answer: { status, headers } })
  const error = await post(kind)
  expect(error).toMatchObject({ vendor: 'notify', permanent, retryAfter: 7000, code: `http_${status}` })
  expect([error?.unauthorized, error?.unreachable, hook.requests.length]).toEqual([false, false, 1])
})

test.each(['reset', 'hang'] as const)('a connection that ends in a %s may be tried again', async (answer) => {
  hook.faults.add({ act: false, answer })
  const error = await post('webhook')
  expect(error).toMatchObject({
    permanent: false,
    code: expect.stringMatching(answer === 'hang' ? /^timeout$/ : /^(ECONN|UND_)/),
  })
  expect(error?.unreachable).toBe(false)
  expect(error?.message).not.toContain(hook.url)
})

test('nobody listens: it uses up an attempt as well', async () => {
  hook.down = true
  expect(await post('webhook')).toMatchObject({ code: 'ECONNREFUSED', permanent: false })
  expect((await post('webhook'))?.unreachable).toBe(false)
})

test.each([
  ['?from=alerts@example.com', 'alerts@example.com'],
  ['', 'sms-bridge@bridge.example'],
])('an e-mail of SMTP_URL "…%s" comes from %s', async (query, from) => {
  const box = await mailbox()
  expect(await post('email', { smtpUrl: box.url + query, address: 'team@example.com' })).toBeNull()
  expect(box.mails).toMatchObject([{ from, to: ['team@example.com'] }])
  expect(box.mails[0]?.source).toContain('a & b')
})

test('a mail server that is away uses up an attempt', async () => {
  const error = await post('email', { smtpUrl: hook.url.replace('http', 'smtp'), address: 'team@example.com' })
  expect(error).toMatchObject({ vendor: 'notify', permanent: false })
  expect(error?.unreachable).toBe(false)
})

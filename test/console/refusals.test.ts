import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { ROUTES } from '../../src/console/routes.ts'
import { api, CONSOLE_TOKEN } from '../support/api.ts'
import { MARIA, startWorld, type World } from '../support/world.ts'
import { messages } from './seed.ts'

const NOON = Date.parse('2026-11-24T12:00:00Z')
const OPTED_OUT = '+12025550145'

let open: World
let closed: World
let ids: Record<string, string>
beforeAll(async () => {
  const quiet = { yaml: 'reconcile: { onStart: false }' }
  open = await startWorld({ ...quiet, config: () => ({ consoleToken: CONSOLE_TOKEN }) })
  closed = await startWorld(quiet)
  const [delivered = '', received = ''] = await messages(open, [
    { at: NOON, status: 'delivered' },
    { at: NOON, direction: 'inbound', status: 'posted' },
  ])
  ids = { delivered, received }
  await api(open, 'POST', '/api/v1/opt-outs', { body: { phone: OPTED_OUT } })
})
afterAll(async () => {
  await open.close()
  await closed.close()
})

const ALL = ROUTES.map(({ method, path }) => [method.toUpperCase(), `/api/v1${path.replace(':id', '1')}`] as const)

test.each(ALL)('%s %s is not there where no token is configured', async (method, path) => {
  expect(await api(closed, method, path)).toMatchObject({ status: 404, body: { error: { code: 'not_found' } } })
})

test.each(ALL)('%s %s is answered 401 without the right token', async (method, path) => {
  const { status, body } = await api(open, method, path, { token: 'wrong' })
  expect([status, body]).toEqual([401, { error: { code: 'unauthorized', message: expect.any(String) } }])
})

const TEXT = { to: MARIA, body: 'Hi' }

const REFUSED: [method: string, path: string, status: number, code: string, body?: unknown][] = [
  ['GET', '/messages?limit=0', 400, 'bad_request'],
  ['GET', '/messages?limit=201', 400, 'bad_request'],
  ['GET', '/messages?cursor=x', 400, 'bad_request'],
  ['GET', '/messages?direction=up', 400, 'bad_request'],
  ['GET', '/messages?status=lost', 400, 'bad_request'],
  ['GET', '/messages/99', 404, 'not_found'],
  ['POST', '/messages', 400, 'bad_request'],
  ['POST', '/messages', 400, 'bad_request', { ...TEXT, sendAt: 'tomorrow' }],
  ['POST', '/messages', 400, 'bad_request', { ...TEXT, mediaUrls: ['file:///etc/passwd'] }],
  ['POST', '/messages', 400, 'bad_request', { ...TEXT, unheardOf: true }],
  ['POST', '/messages', 409, 'opted_out', { ...TEXT, to: OPTED_OUT }],
  ['POST', '/messages', 422, 'empty', { to: MARIA }],
  ['POST', '/messages', 422, 'invalid_number', { ...TEXT, to: 'ACME' }],
  ['POST', '/messages', 422, 'too_long', { ...TEXT, body: 'x'.repeat(1601) }],
  ['POST', '/messages', 422, 'unknown_sender', { ...TEXT, from: '+12025550198' }],
  ['POST', '/messages/99/resend', 404, 'not_found'],
  ['POST', '/messages/99/mark-sent', 404, 'not_found'],
  ['POST', '/messages/99/cancel', 404, 'not_found'],
  ['POST', '/messages/delivered/resend', 409, 'wrong_status'],
  ['POST', '/messages/delivered/mark-sent', 409, 'wrong_status'],
  ['POST', '/messages/delivered/cancel', 409, 'wrong_status'],
  ['POST', '/messages/received/resend', 409, 'wrong_status'],
  ['GET', '/threads?cursor=x', 400, 'bad_request'],
  ['GET', '/threads/99', 404, 'not_found'],
  ['GET', '/jobs?state=lost', 400, 'bad_request'],
  ['GET', '/jobs?cursor=12', 400, 'bad_request'],
  ['POST', '/jobs/e99/retry', 404, 'not_found'],
  ['POST', '/jobs/f99/discard', 404, 'not_found'],
  ['POST', '/jobs/12/retry', 404, 'not_found'],
  ['GET', '/opt-outs?limit=many', 400, 'bad_request'],
  ['POST', '/opt-outs', 400, 'bad_request', {}],
  ['POST', '/opt-outs', 400, 'bad_request', { phone: MARIA, form: MARIA }],
  ['POST', '/opt-outs', 422, 'invalid_number', { phone: 'ACME' }],
  ['DELETE', '/opt-outs/99', 404, 'not_found'],
  ['GET', '/stats?bucket=week', 400, 'bad_request'],
  ['GET', '/stats?from=yesterday', 400, 'bad_request'],
  ['GET', '/stats?from=2026-11-25&to=2026-11-24', 400, 'bad_request'],
  ['GET', '/stats?from=2026-11-24&to=2026-11-24', 400, 'bad_request'],
  ['GET', '/stats?from=2020-01-01&bucket=hour', 400, 'bad_request'],
  ['GET', '/audit?cursor=x', 400, 'bad_request'],
  ['POST', '/reconcile', 400, 'bad_request', { since: 'yesterday' }],
  ['POST', '/reconcile', 400, 'bad_request', { until: '2026-11-24T00:00:00Z' }],
  ['GET', '/nothing', 404, 'not_found'],
]

// A row without a body must not be one shorter: Jest would wait for the last argument to be called.
test.each(REFUSED.map(([method, path, status, code, body]) => [method, path, status, code, body] as const))(
  '%s %s is refused: %i %s',
  async (method, path, status, code, body) => {
    const named = path.replace(/delivered|received/, (name) => ids[name] ?? '')
    const answer = await api(open, method, `/api/v1${named}`, { body })
    expect(answer).toEqual({ status, body: { error: { code, message: expect.stringMatching(/\w/) } } })
  },
)

test('an Idempotency-Key of more than 200 characters is refused, not cut', async () => {
  const key = 'k'.repeat(200)
  const send = (idempotencyKey: string) =>
    api(open, 'POST', '/api/v1/messages', { body: TEXT, headers: { 'idempotency-key': idempotencyKey } })
  expect(await send(`${key}1`)).toMatchObject({ status: 400, body: { error: { code: 'bad_request' } } })
  expect((await send(key)).status).toBe(202)
})

test('a body that is too large is refused', async () => {
  const body = { ...TEXT, body: 'x'.repeat(1_100_000) }
  expect(await api(open, 'POST', '/api/v1/messages', { body })).toMatchObject({
    status: 413,
    body: { error: { code: 'too_large' } },
  })
})

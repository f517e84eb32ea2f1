import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { CONSOLE_TOKEN } from '../support/api.ts'
import { gaugeOf } from '../support/metrics.ts'
import { startWorld, type World } from '../support/world.ts'

let open: World
let closed: World
beforeAll(async () => {
  const quiet = { yaml: 'reconcile: { onStart: false }' }
  open = await startWorld({ ...quiet, config: () => ({ consoleToken: CONSOLE_TOKEN }) })
  closed = await startWorld(quiet)
})
afterAll(async () => {
  await open.close()
  await closed.close()
})

async function ask({ bridge }: World, path: string, init: RequestInit = {}) {
  const answer = await fetch(`http://127.0.0.1:${bridge.port}${path}`, init)
  return { status: answer.status, headers: answer.headers, body: await answer.text() }
}

const withToken = (token: string, more: RequestInit = {}) => ({
  ...more,
  headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
})
const post = (body?: string) => withToken(CONSOLE_TOKEN, { method: 'POST', ...(body === undefined ? {} : { body }) })

const NOTHING = '{"error":{"code":"not_found","message":"There is nothing here."}}'

const PATHS: [string, string][] = [
  ['GET', '/api/v1/messages'],
  ['GET', '/api/v1/jobs'],
  ['POST', '/api/v1/reconcile'],
  ['POST', '/api/v1/jobs/retry-dead'],
  ['GET', '/api/v1/nothing'],
]

test.each(PATHS)('where no token is configured there is no %s %s, whatever token is shown', async (method, path) => {
  for (const request of [{ method }, withToken('undefined', { method }), withToken('', { method })]) {
    const { status, body } = await ask(closed, path, request)
    expect([status, body]).toEqual([404, NOTHING])
  }
})

test.each(PATHS)('%s %s needs the token', async (method, path) => {
  const { status, headers, body } = await ask(open, path, { method })
  expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
  expect(JSON.parse(body)).toEqual({ error: { code: 'unauthorized', message: expect.stringContaining('Bearer') } })
})

test.each([
  ['another one', 'Bearer console-token-of-the-rest'],
  ['a longer one', `Bearer ${CONSOLE_TOKEN}x`],
  ['the beginning of it', `Bearer ${CONSOLE_TOKEN.slice(0, -1)}`],
  ['nothing in its place', 'Bearer '],
  ['it without its scheme', CONSOLE_TOKEN],
  ['it as a password', `Basic ${Buffer.from(`:${CONSOLE_TOKEN}`).toString('base64')}`],
])('a request with %s is refused', async (_, authorization) => {
  expect((await ask(open, '/api/v1/messages', { headers: { authorization } })).status).toBe(401)
})

test('the token is not taken from the address, where logs would keep it', async () => {
  expect((await ask(open, `/api/v1/messages?token=${CONSOLE_TOKEN}&access_token=${CONSOLE_TOKEN}`)).status).toBe(401)
})

test('what somebody without a token sends is not even read', async () => {
  expect((await ask(open, '/api/v1/reconcile', { method: 'POST', body: '{ not json' })).status).toBe(401)
})

test('metrics need the token as well', async () => {
  expect([(await ask(closed, '/metrics')).status, (await ask(open, '/metrics')).status]).toEqual([401, 401])
  const { status, body } = await ask(open, '/metrics', withToken(CONSOLE_TOKEN))
  expect([status, body]).toEqual([200, expect.stringContaining('bridge_lanes 0')])
})

test.each([
  ['no JSON', '{ "since": '],
  ['not a time', '{ "since": "yesterday" }'],
  ['a number', '{ "since": 1700000000000 }'],
  ['a list', '[]'],
  ['a word', '"since"'],
])('a body that is %s is not understood', async (_, text) => {
  const { status, body } = await ask(open, '/api/v1/reconcile', post(text))
  expect([status, JSON.parse(body).error.code]).toEqual([400, 'bad_request'])
  expect(body).not.toMatch(/SyntaxError|node_modules/)
})

test('a body that is far too large is refused', async () => {
  const { status } = await ask(open, '/api/v1/reconcile', post(JSON.stringify({ since: 'x'.repeat(2_000_000) })))
  expect(status).toBe(413)
})

test.each([
  ['an empty body', '{}'],
  ['no body at all', undefined],
])('to look for missed messages with %s is answered with the counts', async (_, text) => {
  const { status, body } = await ask(open, '/api/v1/reconcile', post(text))
  expect([status, JSON.parse(body)]).toEqual([200, { texts: 0, statuses: 0, replies: 0 }])
})

test('whoever tries tokens is counted by what was tried; who only lost the way is not', async () => {
  const tried = async (route: string) =>
    (await gaugeOf(open, `bridge_refused_total{route="${route}",reason="token"}`)) ?? 0
  const before = [await tried('api'), await tried('metrics')]
  await ask(open, '/api/v1/messages', withToken('not the one'))
  await ask(open, '/metrics', withToken('nor this'))
  await ask(open, '/api/v1/messages')
  await ask(open, '/metrics')
  expect([await tried('api'), await tried('metrics')]).toEqual(before.map((n) => n + 1))
  expect(open.log.some((line) => line.includes('wrong token refused'))).toBe(true)
})

import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { CONSOLE_TOKEN } from '../support/api.ts'
import { startWorld, type World } from '../support/world.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

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

interface Visitor {
  cookie: string
  csrf: string
}

async function ask(path: string, o: RequestInit & { headers?: Record<string, string> } = {}, { bridge } = open) {
  const answer = await fetch(`http://127.0.0.1:${bridge.port}${path}`, { redirect: 'manual', ...o })
  return { status: answer.status, headers: answer.headers, body: await answer.text() }
}

const tokenIs = (token: string, headers: Record<string, string> = {}) => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify({ token }),
})

async function signIn(world = open): Promise<Visitor> {
  const { status, headers, body } = await ask('/console/session', tokenIs(CONSOLE_TOKEN), world)
  expect(status).toBe(200)
  return { cookie: cookieOf(headers), csrf: JSON.parse(body).csrf }
}

const cookieOf = (headers: Headers) => headers.get('set-cookie')?.split(';', 1)[0] ?? ''

/** A change that changes nothing: there is no such job. 404 says that it was let through. */
const change = (headers: Record<string, string>) => ask('/api/v1/jobs/e999999/retry', { method: 'POST', headers })
const look = (cookie: string, headers: Record<string, string> = {}) =>
  ask('/api/v1/messages', { headers: { cookie, ...headers } })

test.each(['/console', '/console/', '/console/app.js', '/console/session', '/console/lib/htm.module.js'])(
  'where no token is configured there is no %s',
  async (path) => {
    const { status, body } = await ask(path, {}, closed)
    expect([status, body]).toEqual([404, '{"error":{"code":"not_found","message":"There is nothing here."}}'])
  },
)

test('the page is at /console, wherever a proxy has put that', async () => {
  const { status, headers } = await ask('/console')
  expect([status, headers.get('location')]).toEqual([302, 'console/'])
  expect((await ask('/console/')).body).toContain('<div id="app">')
})

test('everything the page names is our own to serve, and kept until an upgrade', async () => {
  const { body, headers: page } = await ask('/console/')
  expect(page.get('cache-control')).toBe('no-store')
  const named = [...body.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, name = '']) => name)
  expect(named).toEqual(expect.arrayContaining([expect.stringMatching(/^\w{12}\/lib\/preact\.module\.js$/)]))
  for (const name of named) {
    const { status, headers } = await ask(`/console/${name}`)
    expect([name, status]).toEqual([name, 200])
    expect(headers.get('content-type')).toMatch(/^(text\/(javascript|css)|image\/svg)/)
    expect(headers.get('cache-control')).toContain('immutable')
  }
})

test.each(['/console/', '/console/app.js', '/console/session'])('%s allows no code but our own files', async (path) => {
  const { headers } = await ask(path)
  const policy = headers.get('content-security-policy') ?? ''
  expect(policy).toContain("default-src 'none'")
  expect(policy).not.toMatch(/unsafe|https?:|\*|data:/)
  expect(policy).toContain("frame-ancestors 'none'")
})

test('the page itself holds no code, no style, and nothing of anybody else', async () => {
  const { body } = await ask('/console/')
  expect(body).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|https?:/)
})

test.each(['/console/session', '/console/pulse', '/console/health', '/console/messages/1'])(
  '%s needs a session',
  async (path) => {
    expect((await ask(path)).status).toBe(401)
  },
)

test('a token is not taken for a session, nor a session for a token', async () => {
  const headers = { authorization: `Bearer ${CONSOLE_TOKEN}` }
  expect((await ask('/console/health', { headers })).status).toBe(401)
  const { cookie } = await signIn()
  expect((await ask('/api/v1/messages', { headers: { cookie, authorization: 'Bearer wrong' } })).status).toBe(401)
})

test('the cookie is kept from scripts, from other sites and from connections that anybody can read', async () => {
  const { headers, body } = await ask('/console/session', tokenIs(CONSOLE_TOKEN))
  const [cookie = ''] = headers.getSetCookie()
  expect(cookie.split('; ').slice(1).sort()).toEqual([
    expect.stringMatching(/^Expires=/),
    'HttpOnly',
    'Max-Age=43200',
    'Path=/',
    'SameSite=Strict',
    'Secure',
  ])
  expect(`${cookie}${body}`).not.toContain(CONSOLE_TOKEN)
})

test('with the session the operator API is open', async () => {
  expect((await look((await signIn()).cookie)).status).toBe(200)
})

const FORGERIES: [string, (cookie: string) => string][] = [
  ['nothing', () => '__Host-console='],
  ['another id', (cookie) => cookie.replace(/=[\w-]{4}/, '=AAAA')],
  ['a later time', (cookie) => cookie.replace(/\.(\d+)\.(\d+)\./, (_, a, b) => `.${a}.${Number(b) + 1}.`)],
  ['another signature', (cookie) => `${cookie.slice(0, -4)}AAAA`],
  ['a longer signature', (cookie) => `${cookie}A`],
  ['another name', (cookie) => cookie.replace('__Host-console', 'console')],
]
test.each(FORGERIES)('a cookie with %s is no session', async (_, forge) => {
  const { cookie } = await signIn()
  expect((await look(forge(cookie))).status).toBe(401)
})

const CHANGES: [string, (visitor: Visitor) => Record<string, string>, number][] = [
  ['its token', ({ csrf }) => ({ 'x-csrf-token': csrf }), 404],
  ['its token, from our own page', ({ csrf }) => ({ 'x-csrf-token': csrf, 'sec-fetch-site': 'same-origin' }), 404],
  ['no token', () => ({}), 403],
  ['a wrong token', ({ csrf }) => ({ 'x-csrf-token': `${csrf}x` }), 403],
  ['its token, from another site', ({ csrf }) => ({ 'x-csrf-token': csrf, 'sec-fetch-site': 'cross-site' }), 403],
  ['its token, from a neighbour', ({ csrf }) => ({ 'x-csrf-token': csrf, 'sec-fetch-site': 'same-site' }), 403],
  ['its token, of another origin', ({ csrf }) => ({ 'x-csrf-token': csrf, origin: 'https://evil.example' }), 403],
  ['its token, of no origin', ({ csrf }) => ({ 'x-csrf-token': csrf, origin: 'null' }), 403],
]
test.each(CHANGES)('a change with %s', async (_, headersOf, status) => {
  const visitor = await signIn()
  expect((await change({ cookie: visitor.cookie, ...headersOf(visitor) })).status).toBe(status)
})

test('the CSRF token of another session does not do', async () => {
  const [maria, john] = [await signIn(), await signIn()]
  expect((await change({ cookie: maria.cookie, 'x-csrf-token': john.csrf })).status).toBe(403)
})

test('nobody signs somebody in from another site', async () => {
  const { status, headers } = await ask('/console/session', tokenIs(CONSOLE_TOKEN, { 'sec-fetch-site': 'cross-site' }))
  expect([status, headers.get('set-cookie')]).toEqual([403, null])
})

test('after half an hour without anybody the session is over', async () => {
  const { cookie } = await signIn()
  open.pass(30 * MINUTE - 1000)
  expect((await look(cookie, { 'x-background': '1' })).status).toBe(200)
  open.pass(1000)
  expect((await look(cookie)).status).toBe(401)
})

test('who does something stays signed in, for twelve hours at most', async () => {
  let { cookie } = await signIn()
  for (let minutes = 25; minutes < 12 * 60; minutes += 25) {
    open.pass(25 * MINUTE)
    const { status, headers } = await look(cookie)
    expect(status).toBe(200)
    cookie = cookieOf(headers)
  }
  open.pass(25 * MINUTE)
  expect((await look(cookie)).status).toBe(401)
})

test('what the page asks by itself keeps nobody signed in', async () => {
  const { cookie } = await signIn()
  open.pass(25 * MINUTE)
  expect((await look(cookie, { 'x-background': '1' })).headers.get('set-cookie')).toBeNull()
})

test('who signs out is out, with every copy of the cookie, also after a restart', async () => {
  const { cookie, csrf } = await signIn()
  const { status, headers } = await ask('/console/session', {
    method: 'DELETE',
    headers: { cookie, 'x-csrf-token': csrf },
  })
  expect([status, cookieOf(headers)]).toEqual([204, '__Host-console='])
  expect((await look(cookie)).status).toBe(401)
  await open.restart()
  expect((await look(cookie)).status).toBe(401)
})

test('a session outlives a restart', async () => {
  const { cookie } = await signIn()
  await open.restart()
  expect((await look(cookie)).status).toBe(200)
})

test('with another token every session is over', async () => {
  const { cookie } = await signIn()
  Object.assign(open.config, { consoleToken: 'another-token-of-the-tests' })
  await open.restart()
  expect((await look(cookie)).status).toBe(401)
  Object.assign(open.config, { consoleToken: CONSOLE_TOKEN })
  await open.restart()
})

test('after five wrong tokens not even the right one is taken for a minute, and who is signed in stays so', async () => {
  const { cookie } = await signIn()
  for (let n = 0; n < 5; n++) expect((await ask('/console/session', tokenIs(`wrong ${n}`))).status).toBe(401)
  const { status, headers, body } = await ask('/console/session', tokenIs(CONSOLE_TOKEN))
  expect([status, JSON.parse(body).error.code]).toEqual([429, 'locked'])
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(50)
  expect((await look(cookie)).status).toBe(200)
  open.pass(MINUTE)
  await signIn()
})

test('each wrong token after that doubles the pause', async () => {
  for (let n = 0; n < 5; n++) await ask('/console/session', tokenIs('wrong'))
  open.pass(MINUTE)
  await ask('/console/session', tokenIs('wrong'))
  open.pass(MINUTE)
  expect((await ask('/console/session', tokenIs(CONSOLE_TOKEN))).status).toBe(429)
  open.pass(MINUTE)
  await signIn()
})

test('no word of a token is logged', async () => {
  await ask('/console/session', tokenIs('secret-that-was-mistyped'))
  expect(open.log.join()).toContain('wrong token')
  expect(open.log.join()).not.toContain('mistyped')
  open.pass(HOUR)
})

test.each([
  ['no JSON', '{'],
  ['a number', '{"token":1}'],
  ['nothing', '{}'],
  ['far too much', JSON.stringify({ token: 'x'.repeat(5000) })],
])('a sign-in with %s is refused and counts for nothing', async (_, body) => {
  for (let n = 0; n < 6; n++) {
    const { status } = await ask('/console/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
    expect(status).toBe(400)
  }
  await signIn()
})

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { CONSOLE_TOKEN } from '../support/api.ts'
import { maria, untilReadiness } from '../support/stories.ts'
import { startWorld, type World, worlds } from '../support/world.ts'
import { raw } from './raw.ts'

const quiet = { yaml: 'reconcile: { onStart: false }' }

async function ask({ bridge }: World, path: string, method = 'GET') {
  const answer = await fetch(`http://127.0.0.1:${bridge.port}${path}`, { method })
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, text }
}

describe('a bridge that works', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ ...quiet, config: () => ({ consoleToken: CONSOLE_TOKEN }) })
  })
  afterAll(() => world.close())

  test.each([
    ['GET', '/webhooks/twilio/inbound', 'POST'],
    ['PUT', '/webhooks/twilio/inbound', 'POST'],
    ['GET', '/webhooks/twilio/status', 'POST'],
    ['DELETE', '/webhooks/twilio/status', 'POST'],
    ['GET', '/webhooks/intercom', 'HEAD, POST'],
    ['PATCH', '/webhooks/intercom', 'HEAD, POST'],
  ])('%s %s is not allowed; the answer says what is', async (method, path, allow) => {
    const { status, headers, text } = await ask(world, path, method)
    expect([status, headers.get('allow'), text]).toEqual([405, allow, ''])
  })

  test.each([
    ['GET', '/'],
    ['GET', '/favicon.ico'],
    ['POST', '/healthz'],
    ['POST', '/readyz'],
    ['GET', '/webhooks/twilio'],
    ['POST', '/webhooks/twilio/inbound/more'],
    ['POST', '/media/anything'],
    ['GET', '/media'],
    ['GET', '/../../etc/passwd'],
    ['GET', '/%2e%2e/%2e%2e/etc/passwd'],
  ])('%s %s is not there', async (method, path) => {
    const { status, text } = await ask(world, path, method)
    expect([status, JSON.parse(text)]).toEqual([
      404,
      { error: { code: 'not_found', message: 'There is nothing here.' } },
    ])
  })

  test('an address that cannot be decoded is a mistake of the one who asks', async () => {
    const { status, text } = await ask(world, '/media/%E0%A4%A')
    expect([status, JSON.parse(text).error.code]).toEqual([400, 'bad_request'])
  })

  test('Intercom’s check of the address is answered', async () => {
    expect((await ask(world, '/webhooks/intercom', 'HEAD')).status).toBe(200)
  })

  test.each(['/', '/healthz', '/readyz', '/media/x', '/metrics', '/api/v1/messages', '/webhooks/intercom'])(
    '%s does not say what the bridge is made of',
    async (path) => {
      const { headers } = await ask(world, path)
      expect([headers.get('x-powered-by'), headers.get('server'), headers.get('etag')]).toEqual([null, null, null])
    },
  )

  test('it lives, and it is ready', async () => {
    expect(await ask(world, '/healthz')).toMatchObject({ status: 200, text: '{"status":"ok"}' })
    expect(await ask(world, '/readyz')).toMatchObject({ status: 200, text: '{"status":"ready","reasons":[]}' })
  })
})

describe('a bridge in trouble', () => {
  const start = worlds()

  test('is not ready while Intercom refuses its token, says so in words, and lives on', async () => {
    const world = await start(quiet)
    const refusal = { status: 401, body: { type: 'error.list', errors: [{ code: 'unauthorized', message: 'No' }] } }
    world.intercom.faults.add({ act: false, answer: refusal, times: Number.POSITIVE_INFINITY })
    await maria(world, 'Hello?')
    await untilReadiness(world, 503)
    const { text } = await ask(world, '/readyz')
    expect(JSON.parse(text)).toEqual({ status: 'unready', reasons: [expect.stringContaining('INTERCOM_ACCESS_TOKEN')] })
    expect((await ask(world, '/healthz')).status).toBe(200)
  })

  test('is not ready while it shuts down, but answers those who have begun to ask', async () => {
    const world = await start(quiet)
    const { port } = world.bridge
    const [balancer, last] = [await raw(port), await raw(port)]
    balancer.send('GET /readyz HTTP/1.1\r\nhost: bridge.example\r\n')
    last.send('GET /healthz HTTP/1.1\r\nhost: bridge.example\r\n')
    // Answered on the same loop after both of them were read.
    await ask(world, '/healthz')
    const stopped = world.bridge.stop()
    balancer.send('\r\n')
    last.send('\r\n')
    const told = await balancer.closed
    expect(told).toContain('HTTP/1.1 503 ')
    expect(told).toContain('"reasons":["The bridge is shutting down."]')
    expect(await last.closed).toContain('HTTP/1.1 200 ')
    await stopped
  })
})

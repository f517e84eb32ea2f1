import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { startWorld, type World } from '../support/world.ts'
import { raw } from './raw.ts'

let world: World
beforeAll(async () => {
  world = await startWorld({ yaml: 'reconcile: { onStart: false }' })
})
afterAll(() => world.close())

const alive = async () => (await fetch(`http://127.0.0.1:${world.bridge.port}/healthz`)).status

test('whoever dawdles over the head of a request is cut off, and nobody else notices', async () => {
  const slow = await raw(world.bridge.port)
  slow.send('POST /webhooks/twilio/inbound HTTP/1.1\r\nhost: bridge.example\r\nx-slow: ')
  const from = performance.now()
  expect(await alive()).toBe(200)
  expect(await slow.closed).toContain('408 Request Timeout')
  expect(performance.now() - from).toBeLessThan(10_000)
})

test('a head that is far too large is refused', async () => {
  const large = await raw(world.bridge.port)
  large.send(`GET /healthz HTTP/1.1\r\nhost: bridge.example\r\nx-large: ${'x'.repeat(20_000)}\r\n\r\n`)
  expect(await large.closed).toContain('431 Request Header Fields Too Large')
})

test.each([
  ['a length and pieces', 'content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['two lengths', 'content-length: 5\r\ncontent-length: 6\r\n\r\nhello'],
])('a request with %s, which proxies read in two ways, is refused', async (_, rest) => {
  const smuggler = await raw(world.bridge.port)
  smuggler.send(`POST /webhooks/intercom HTTP/1.1\r\nhost: bridge.example\r\n${rest}`)
  expect(await smuggler.closed).toMatch(/^HTTP\/1\.1 400 /)
})

test('a sender that breaks off in the middle of a text leaves nothing', async () => {
  const gone = await raw(world.bridge.port)
  const form = 'content-type: application/x-www-form-urlencoded\r\n'
  gone.send(`POST /webhooks/twilio/inbound HTTP/1.1\r\nhost: bridge.example\r\n${form}content-length: 100\r\n\r\nBody=`)
  gone.end()
  await gone.closed
  expect(await alive()).toBe(200)
  expect(world.log.filter((line) => line.includes('"level":"error"'))).toEqual([])
})

test('an idle connection is kept longer than proxies keep theirs', async () => {
  const answer = await fetch(`http://127.0.0.1:${world.bridge.port}/healthz`)
  expect(answer.headers.get('keep-alive')).toBe('timeout=75')
})

import { createHmac } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { request } from 'node:http'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { intercomWebhook } from '../../src/intercom/webhook.ts'
import { createLog } from '../../src/log.ts'
import type { NewFact } from '../../src/queue/inbox.ts'
import { CONVERSATION, config, conversationJson, listen, MARIA, partJson } from './helpers.ts'

const SAM = { type: 'admin', id: '991267696', name: 'Sam', email: 'sam@example.com' }
let recorded: NewFact[] = []
let lines: string[] = []
let refused: string[] = []
let record: (facts: NewFact[]) => Promise<void>
let endpoint: Awaited<ReturnType<typeof listen>>

beforeEach(async () => {
  recorded = []
  lines = []
  refused = []
  record = async (facts) => void recorded.push(...facts)
  const log = createLog({ level: 'debug', pii: false }, { write: (line) => void lines.push(line) })
  const onRefused = (reason: string) => void refused.push(reason)
  const handler = intercomWebhook({ config: config(), record: (facts) => record(facts), log, onRefused })
  endpoint = await listen((req, res) => void handler(req, res))
})
afterEach(() => endpoint.close())

const sign = (body: string | Buffer, secret = 'current-secret') =>
  `sha1=${createHmac('sha1', secret).update(body).digest('hex')}`

async function post(body: string | Buffer, headers: Record<string, string> = {}) {
  const response = await fetch(endpoint.url, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', 'x-hub-signature': sign(body), ...headers },
  })
  return { status: response.status, body: await response.text() }
}

function notification(topic: string, item: unknown, over: Record<string, unknown> = {}) {
  return JSON.stringify({
    type: 'notification_event',
    id: 'notif_1',
    topic,
    created_at: 1_734_537_562,
    data: { type: 'notification_event_data', item },
    ...over,
  })
}

const reply = (body = '<p>Hello Maria</p>') =>
  notification('conversation.admin.replied', conversationJson([partJson({ id: '7', author: SAM, body })]))

describe('the Intercom webhook', () => {
  test('answers HEAD, with which Intercom checks the address', async () => {
    const { status } = await fetch(endpoint.url, { method: 'HEAD' })
    expect(status).toBe(200)
  })

  test('records a reply', async () => {
    expect(await post(reply())).toEqual({ status: 200, body: '' })
    expect(recorded).toEqual([
      { key: 'reply:7', kind: 'reply.sent', lane: `conversation:${CONVERSATION}`, body: expect.any(String) },
    ])
    expect(JSON.parse(recorded[0]?.body ?? '')).toMatchObject({ body: '<p>Hello Maria</p>', contactIds: [MARIA] })
  })

  test('does not answer before the facts are durable', async () => {
    const order: string[] = []
    record = async () => {
      await new Promise((resolve) => setImmediate(resolve))
      order.push('durable')
    }
    await post(reply())
    order.push('answered')
    expect(order).toEqual(['durable', 'answered'])
  })

  test('records what was posted as the contact in a lane of its own', async () => {
    await post(notification('conversation.user.replied', conversationJson([partJson({ id: '8' })])))
    expect(recorded).toEqual([expect.objectContaining({ kind: 'part.seen', lane: `evidence:${CONVERSATION}` })])
  })

  test.each([
    ['the previous secret', { 'x-hub-signature': sign(reply(), 'previous-secret') }],
    [
      'SHA-256',
      { 'x-hub-signature': `sha256=${createHmac('sha256', 'current-secret').update(reply()).digest('hex')}` },
    ],
    ['a charset', { 'content-type': 'application/json; charset=utf-8' }],
  ])('accepts %s', async (_, headers) => {
    expect((await post(reply(), headers)).status).toBe(200)
    expect(recorded).toHaveLength(1)
  })

  test.each([
    ['a ping', notification('ping', { type: 'ping', message: 'hi' }, { id: null })],
    ['a ping that has an id', notification('ping', conversationJson(), { id: 'notif_2' })],
    ['a notification without an id', notification('conversation.admin.replied', conversationJson(), { id: null })],
    ['an unknown topic', notification('conversation.imagined', conversationJson())],
    [
      'a note',
      notification('conversation.admin.noted', conversationJson([partJson({ part_type: 'note', author: SAM })])),
    ],
    ['a reply without data', JSON.stringify({ id: 'notif_3', topic: 'conversation.admin.replied' })],
  ])('answers 200 to %s and stores nothing', async (_, body) => {
    expect((await post(body)).status).toBe(200)
    expect(recorded).toEqual([])
  })

  test('answers 503 when the facts could not be stored', async () => {
    record = () => Promise.reject(new Error('disk full'))
    expect(await post(reply())).toEqual({ status: 503, body: '' })
  })

  test('makes lone surrogates and NULs harmless', async () => {
    const body = reply('BODY').replace('BODY', String.raw`<p>a\ud83db\u0000c \ud83d\ude00</p>`)
    expect((await post(body)).status).toBe(200)
    expect(JSON.parse(recorded[0]?.body ?? '')).toMatchObject({ body: '<p>a\uFFFDb\uFFFDc 😀</p>' })
  })

  test('writes nothing personal into the log', async () => {
    record = () => Promise.reject(new Error(`could not store ${reply()}`))
    await post(reply())
    await post(reply(), { 'x-hub-signature': 'sha1=0' })
    expect(lines).toHaveLength(2)
    expect(lines.join('')).not.toMatch(/Maria|Hello|Sam|sam@|secret"/)
  })

  test('does not let a flood of forged requests flood the log', async () => {
    for (let i = 0; i < 5; i++) await post(reply(), { 'x-hub-signature': 'sha1=0' })
    expect(lines).toHaveLength(1)
    expect(refused).toEqual(Array(5).fill('signature'))
  })
})

describe('the Intercom webhook refuses, with an empty answer and no effect,', () => {
  const big = `"${'x'.repeat(1024 * 1024)}"`

  test.each([
    ['no signature', 401, reply(), { 'x-hub-signature': '' }],
    ['another secret', 401, reply(), { 'x-hub-signature': sign(reply(), 'other') }],
    ['a short signature', 401, reply(), { 'x-hub-signature': sign(reply()).slice(0, -2) }],
    ['a tampered body', 401, reply('<p>other</p>'), { 'x-hub-signature': sign(reply()) }],
    ['malformed JSON without a signature', 401, '{', { 'x-hub-signature': 'sha1=0' }],
    ['malformed JSON', 400, '{"topic":', {}],
    ['no JSON object', 400, '"ping"', {}],
    ['null', 400, 'null', {}],
    ['an empty body', 400, '', {}],
    ['no topic', 400, '{"type":"notification_event"}', {}],
    ['a topic that is no string', 400, '{"topic":["ping"]}', {}],
    ['more than 1 MB', 413, big, {}],
    ['another content type', 415, reply(), { 'content-type': 'text/plain' }],
    ['another charset', 415, reply(), { 'content-type': 'application/json; charset=utf-16' }],
    ['a compressed body', 415, gzipSync(reply()), { 'content-encoding': 'gzip' }],
  ])('%s', async (_, status, body, headers) => {
    expect(await post(body, headers)).toEqual({ status, body: '' })
    expect(recorded).toEqual([])
  })

  test('two signatures', async () => {
    const body = reply()
    const status = await new Promise((resolve, reject) => {
      const sending = request(endpoint.url, { method: 'POST', headers: { 'content-type': 'application/json' } })
      sending.setHeader('x-hub-signature', [sign(body), sign(body)])
      sending.on('response', (res) => resolve(res.resume().statusCode)).on('error', reject)
      sending.end(body)
    })
    expect(status).toBe(401)
    expect(recorded).toEqual([])
  })

  test('more than 1 MB in pieces, and the sender sees the answer', async () => {
    async function* pieces() {
      for (let i = 0; i < 40; i++) yield Buffer.alloc(64 * 1024)
    }
    const headers = { 'content-type': 'application/json', 'x-hub-signature': 'sha1=0' }
    const init: RequestInit = { method: 'POST', headers, body: ReadableStream.from(pieces()), duplex: 'half' }
    expect((await fetch(endpoint.url, init)).status).toBe(413)
  })

  test.each(['GET', 'PUT', 'DELETE'])('%s', async (method) => {
    expect((await fetch(endpoint.url, { method })).status).toBe(405)
  })

  test('a sender that breaks off', async () => {
    const sending = request(endpoint.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': 100 },
    }).on('error', () => undefined)
    const gone = new Promise((resolve) =>
      endpoint.server.once('request', (req) => {
        req.once('close', resolve)
        sending.destroy()
      }),
    )
    sending.write('{')
    await gone
    expect((await post(reply())).status).toBe(200)
    expect(recorded).toHaveLength(1)
  })
})

const SAMPLES = new URL('../../../shared/samples/intercom-webhooks/', import.meta.url)
const samples = (() => {
  try {
    return readdirSync(SAMPLES, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'))
  } catch {
    return []
  }
})()

describe('captured notifications', () => {
  test('are all answered with 200', async () => {
    const answers = await Promise.all(samples.map(async (name) => post(readFileSync(new URL(name, SAMPLES)))))
    expect(answers.filter((answer) => answer.status !== 200)).toEqual([])
  })
})

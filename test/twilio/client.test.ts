import { createServer, type Server, type Socket } from 'node:net'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import nock from 'nock'
import type { OutgoingSms } from '../../src/flows/ports.ts'
import { createTwilio } from '../../src/twilio/client.ts'
import { loadTwilioSdk } from '../../src/twilio/sdk.ts'
import {
  ACCOUNT_SID,
  AUTH_TOKEN,
  close,
  listen,
  MARIA,
  MESSAGE_SID,
  OUR_NUMBER,
  SERVICE_SID,
  sdkConfig,
} from './settings.ts'

const API = 'https://api.twilio.com'
const MESSAGES = `/2010-04-01/Accounts/${ACCOUNT_SID}/Messages.json`
const CALLBACK = 'https://bridge.example/webhooks/twilio/status?k=12.1'
const sms: OutgoingSms = { from: OUR_NUMBER, to: MARIA, body: 'It is ready!', mediaUrls: [], statusCallback: CALLBACK }
const accepted = { sid: MESSAGE_SID, status: 'queued', num_segments: '1', price: null }

beforeEach(() => void nock.disableNetConnect())
afterEach(() => {
  nock.cleanAll()
  nock.enableNetConnect()
  nock.restore()
  nock.activate()
})

async function rawServer(onSocket: (socket: Socket) => void): Promise<{ server: Server; port: number }> {
  const server = createServer(onSocket)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, port: Number(Object(server.address()).port) }
}

const client = (settings = {}, seconds = 2) => createTwilio(sdkConfig(settings, seconds), { keepAlive: false })
const twilio = () => nock(API).post(MESSAGES)

async function failing(call: Promise<unknown>): Promise<unknown> {
  const outcome = await call.then(
    () => 'succeeded',
    (err: unknown) => ({ err }),
  )
  if (typeof outcome === 'string') throw new Error('the call was expected to fail')
  return outcome.err
}

describe('a text', () => {
  test('goes out once, with the marker in its callback', async () => {
    let form = new URLSearchParams()
    twilio()
      .basicAuth({ user: ACCOUNT_SID, pass: AUTH_TOKEN })
      .reply(201, (_uri, body) => {
        form = new URLSearchParams(body as Record<string, string>)
        return accepted
      })
    expect(await client().send(sms)).toEqual({ sid: MESSAGE_SID, status: 'queued', segments: 1 })
    expect(Object.fromEntries(form)).toEqual({ To: MARIA, From: OUR_NUMBER, Body: sms.body, StatusCallback: CALLBACK })
  })

  test('without a sender goes through the Messaging Service, with pictures and an API key', async () => {
    const apiKey = { sid: `SK${'0'.repeat(32)}`, secret: 'key-secret' }
    const { from: _, ...unsent } = sms
    nock(API)
      .post(MESSAGES, {
        To: MARIA,
        MessagingServiceSid: SERVICE_SID,
        MediaUrl: ['https://a/1', 'https://a/2'],
        StatusCallback: CALLBACK,
      })
      .basicAuth({ user: apiKey.sid, pass: apiKey.secret })
      .reply(201, { ...accepted, num_segments: '0' })
    const sending = client({ apiKey, messagingServiceSid: SERVICE_SID }).send({
      ...unsent,
      body: '',
      mediaUrls: ['https://a/1', 'https://a/2'],
    })
    expect(await sending).toMatchObject({ sid: MESSAGE_SID, segments: null })
  })
})

describe('an answer', () => {
  const error = (code: number) => ({ code, message: `about ${MARIA}`, more_info: 'x', status: 400 })
  const final = { permanent: true, certain: true }
  const later = { permanent: false, certain: true }
  const doubtful = { permanent: false, certain: false }

  test.each([
    ['400 with a code is final', 400, error(21211), { ...final, code: '21211' }],
    ['400 opted out is final', 400, error(21610), { ...final, code: '21610' }],
    ['400 with a full queue is for later', 400, error(21611), { ...later, code: '21611' }],
    ['400 without a code is for later', 400, '<html>', { ...later, code: '400' }],
    ['401 waits for a person', 401, error(20003), { ...later, code: '20003', unauthorized: true }],
    ['404 is final', 404, error(20404), { ...final, code: '20404' }],
    ['404 without a code is final', 404, '', { ...final, code: '404' }],
    ['408 is doubtful', 408, '', { ...doubtful, code: '408' }],
    ['429 is for later', 429, error(20429), { ...later, code: '20429' }],
    ['503 with code 20503 is for later', 503, error(20503), { ...later, code: '20503' }],
    ['503 is doubtful', 503, '', { ...doubtful, code: '503' }],
    ['500 is doubtful, even with a code', 500, error(20500), { ...doubtful, code: '20500' }],
    ['502 is doubtful', 502, '<html>', { ...doubtful, code: '502' }],
    ['504 is doubtful', 504, '', { ...doubtful, code: '504' }],
    ['201 that is no JSON is doubtful', 201, '<html>', { ...doubtful, code: 'unreadable' }],
    ['201 without a SID is doubtful', 201, { status: 'queued' }, { ...doubtful, code: 'unreadable' }],
    ['302 is doubtful and not followed', 302, '', { ...doubtful, code: '302' }],
  ])('%s', async (_, status, body, expected) => {
    twilio().reply(status, body, { location: 'https://evil.example/' })
    const err = await failing(client().send(sms))
    expect(err).toMatchObject({ name: 'VendorError', vendor: 'twilio', ...expected })
    expect(inspect(err)).not.toMatch(/2025550|ready|token-of/)
  })

  test.each([
    ['seconds', { 'retry-after': '7' }, 7000],
    ['a date', { 'retry-after': 'Tue, 24 Nov 2026 09:00:30 GMT', date: 'Tue, 24 Nov 2026 09:00:00 GMT' }, 30_000],
    ['nonsense', { 'retry-after': 'soon' }, undefined],
    ['nothing', {}, undefined],
  ])('429 with a Retry-After of %s', async (_, headers, retryAfter) => {
    twilio().reply(429, { code: 20429 }, headers)
    expect(await failing(client().send(sms))).toMatchObject({ retryAfter })
  })
})

describe('no answer', () => {
  test.each([
    ['ECONNREFUSED', true],
    ['ENOTFOUND', true],
    ['EAI_AGAIN', true],
    ['CERT_HAS_EXPIRED', true],
    ['ERR_TLS_CERT_ALTNAME_INVALID', true],
    ['ECONNRESET', false],
    ['EPIPE', false],
  ])('%s: certain is %s', async (code, certain) => {
    twilio().replyWithError(Object.assign(new Error('socket'), { code }))
    const err = await failing(client().send(sms))
    expect(err).toMatchObject({ name: 'VendorError', code, certain, permanent: false, cause: undefined })
    expect(inspect(err, { depth: 9, showHidden: true })).not.toMatch(/Basic|2025550|ready|token-of/)
  })

  test('a refused connection is certain on a real socket too', async () => {
    nock.restore()
    const { server, url } = await listen(() => {})
    await close(server)
    expect(await failing(client({ apiUrl: url }).send(sms))).toMatchObject({ code: 'ECONNREFUSED', certain: true })
  })

  test('a connection cut after the request is doubtful', async () => {
    nock.restore()
    const { server, url } = await listen((req) => void req.socket.destroy())
    const err = await failing(createTwilio(sdkConfig({ apiUrl: url })).send(sms))
    await close(server)
    expect(err).toMatchObject({ code: 'ECONNRESET', certain: false })
  })

  test('TLS that fails before the request is certain', async () => {
    nock.restore()
    const { server, port } = await rawServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    const err = await failing(client({ apiUrl: `https://127.0.0.1:${port}` }).send(sms))
    server.close()
    expect(err).toMatchObject({ certain: true, permanent: false })
  })

  test('TLS that ends in the handshake is certain', async () => {
    nock.restore()
    const { server, port } = await rawServer((socket) => socket.once('data', () => socket.end()))
    const err = await failing(client({ apiUrl: `https://127.0.0.1:${port}` }).send(sms))
    server.close()
    expect(err).toMatchObject({ code: 'ECONNRESET', certain: true })
  })

  test.each([
    ['silence', (_: number) => ''],
    ['an answer that drips in without end', (_: number) => ' '],
  ])('%s is doubtful after the time limit', async (_, drop) => {
    nock.restore()
    const { server, url } = await listen((_req, res) => {
      res.writeHead(201, { 'content-type': 'application/json' })
      const drip = setInterval(() => res.write(drop(0)), 20)
      res.on('close', () => clearInterval(drip))
    })
    const err = await failing(client({ apiUrl: url }, 0.2).send(sms))
    await close(server)
    expect(err).toMatchObject({ code: 'timeout', certain: false })
  })

  test('an endless answer is cut off', async () => {
    nock.restore()
    let written = 0
    const { server, url } = await listen((_req, res) => {
      const more = () => {
        while (!res.destroyed && res.write('x'.repeat(100_000))) written += 100_000
      }
      res.on('drain', more)
      more()
    })
    const err = await failing(client({ apiUrl: url }, 5).send(sms))
    await close(server)
    expect(err).toMatchObject({ certain: false, code: 'ERR_BAD_RESPONSE' })
    expect(written).toBeLessThan(50_000_000)
  })
})

describe('the list of texts', () => {
  const since = Date.UTC(2026, 10, 24, 9, 0, 0, 500)
  const row = (sid: string, date: string) => ({
    ...accepted,
    sid,
    direction: 'inbound',
    from: MARIA,
    to: OUR_NUMBER,
    body: 'Hi',
    num_media: '2',
    error_code: null,
    date_created: date,
    date_sent: date,
  })

  test('is asked from a day earlier, read to the last page and filtered here', async () => {
    const next = `${MESSAGES}?Page=1&PageToken=x`
    const asked = { To: OUR_NUMBER, 'DateSent>': '2026-11-23T09:00:00Z', PageSize: '200' }
    nock(API)
      .get(MESSAGES)
      .query(asked)
      .reply(200, { messages: [row('SM1', 'Tue, 24 Nov 2026 09:00:01 +0000')], next_page_uri: next })
    nock(API)
      .get(MESSAGES)
      .query({ Page: '1', PageToken: 'x' })
      .reply(200, {
        messages: [row('SM2', 'Tue, 24 Nov 2026 09:00:00 +0000'), row('SM3', 'Tue, 24 Nov 2026 08:59:59 +0000')],
        next_page_uri: null,
      })
    const listed = await client().list({ to: OUR_NUMBER, since })
    expect(listed.map(({ sid }) => sid)).toEqual(['SM1', 'SM2'])
    expect(listed[0]).toMatchObject({ mediaCount: 2, errorCode: null, sentAt: Date.UTC(2026, 10, 24, 9, 0, 1) })
  })

  test.each([
    [500, '', { certain: false }],
    [429, { code: 20429 }, { certain: true, permanent: false }],
    [200, '<html>', { certain: false, code: 'unreadable' }],
    [200, {}, { certain: false, code: 'unreadable' }],
  ])('fails with a VendorError on %s %j', async (status, body, expected) => {
    nock(API).get(MESSAGES).query(true).reply(status, body)
    expect(await failing(client().list({ since }))).toMatchObject({ name: 'VendorError', ...expected })
  })
})

test('TWILIO_API_URL stands for every host of Twilio, path and all', async () => {
  nock.restore()
  const paths: string[] = []
  const { server, url } = await listen((req, res) => {
    paths.push(req.url ?? '')
    res.setHeader('content-type', 'application/json').end('{"sid":"x"}')
  })
  const sdk = await loadTwilioSdk(sdkConfig({ apiUrl: `${url}/twilio` }))
  await sdk.api.v2010.accounts(ACCOUNT_SID).fetch()
  await sdk.messaging.v1.services(SERVICE_SID).fetch()
  await close(server)
  expect(paths).toEqual([`/twilio/2010-04-01/Accounts/${ACCOUNT_SID}.json`, `/twilio/v1/Services/${SERVICE_SID}`])
})

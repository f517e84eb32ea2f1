import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import twilio from 'twilio'
import { startTwilio, type TwilioStandIn } from '../../src/sandbox/twilio-server.ts'
import { startBridge } from './bridge.ts'

const MARIA = '+12025550123'
const OURS = '+12025550100'
const PUBLIC = 'https://bridge.example'
const accountSid = `AC${'a'.repeat(32)}`
const authToken = 'auth-token'
const messagingServiceSid = `MG${'b'.repeat(32)}`

let standIn: TwilioStandIn
let bridge: Awaited<ReturnType<typeof startBridge>>
let client: ReturnType<typeof twilio>

beforeEach(async () => {
  bridge = await startBridge()
  standIn = await startTwilio({ accountSid, authToken, numbers: [OURS] })
  standIn.bridgeUrl = PUBLIC
  standIn.connectUrl = bridge.url
  client = twilio(accountSid, authToken, { keepAlive: true })
  client.api.baseUrl = standIn.url
  client.messaging.baseUrl = standIn.url
})

afterEach(async () => {
  await standIn.close()
  await bridge.close()
})

const basic = (login: string) => ({ authorization: `Basic ${Buffer.from(login).toString('base64')}` })
const send = (more: object = {}) => client.messages.create({ from: OURS, to: MARIA, body: 'Hi', ...more })

describe('a text of Maria', () => {
  test('calls the webhook signed for the public address, with the headers of a real one', async () => {
    const { sid } = await standIn.text({ from: MARIA, to: OURS, body: 'Ça va? 🙂 +1 & more' })
    const [hook] = bridge.hooks
    const params = Object.fromEntries(hook?.form ?? [])
    const signature = String(hook?.headers['x-twilio-signature'])
    expect(twilio.validateRequest(authToken, signature, `${PUBLIC}/webhooks/twilio/inbound`, params)).toBe(true)
    expect(params).toMatchObject({ MessageSid: sid, Body: 'Ça va? 🙂 +1 & more', NumMedia: '0', SmsStatus: 'received' })
    expect(hook?.headers).toMatchObject({ host: 'bridge.example', 'user-agent': 'TwilioProxy/1.1' })
  })

  test('goes to the fallback address when the first one fails, with the reason', async () => {
    const [number] = standIn.phoneNumbers
    await client.incomingPhoneNumbers(number?.sid ?? '').update({
      smsUrl: 'http://127.0.0.1:1/gone',
      smsFallbackUrl: `${PUBLIC}/webhooks/twilio/inbound`,
    })
    expect(await standIn.text({ from: MARIA, to: OURS, body: 'Hi' })).toMatchObject({ status: 200 })
    expect(bridge.hooks[0]?.form.get('ErrorUrl')).toBe('http://127.0.0.1:1/gone')
  })

  test('is answered by text when the webhook answers in plain text', async () => {
    Object.assign(bridge.answer, { type: 'text/plain', body: 'OK' })
    await standIn.text({ from: MARIA, to: OURS, body: 'Hi' })
    expect(standIn.messages.at(-1)).toMatchObject({ direction: 'outbound-reply', to: MARIA, body: 'OK' })
  })

  test('saying STOP blocks our texts until she says START', async () => {
    await standIn.text({ from: MARIA, to: OURS, body: 'stop' })
    await expect(send()).rejects.toMatchObject({ status: 400, code: 21610 })
    await standIn.text({ from: MARIA, to: OURS, body: 'Start' })
    expect(await send()).toMatchObject({ status: 'queued' })
  })

  test('keeps its media behind a login, which the host behind the redirect refuses', async () => {
    const data = Buffer.from('a picture')
    await standIn.text({ from: MARIA, to: OURS, body: '', media: [{ contentType: 'image/png', data }] })
    const url = bridge.hooks[0]?.form.get('MediaUrl0') ?? ''
    const login = basic(`${accountSid}:${authToken}`)
    expect((await fetch(url)).status).toBe(401)
    const redirect = await fetch(url, { headers: login, redirect: 'manual' })
    const location = redirect.headers.get('location') ?? ''
    expect(redirect.status).toBe(307)
    expect(new URL(location).origin).not.toBe(standIn.url)
    expect((await fetch(location, { headers: login })).status).toBe(400)
    expect(Buffer.from(await (await fetch(url, { headers: login })).arrayBuffer())).toEqual(data)
  })

  test('has media that can be slow to appear', async () => {
    standIn.mediaDelay = 1
    const media = [{ contentType: 'image/png', data: Buffer.from('x') }]
    await standIn.text({ from: MARIA, to: OURS, body: '', media })
    const url = bridge.hooks[0]?.form.get('MediaUrl0') ?? ''
    const fetchIt = async () => (await fetch(url, { headers: basic(`${accountSid}:${authToken}`) })).status
    expect([await fetchIt(), await fetchIt()]).toEqual([404, 200])
  })
})

describe('a text of ours', () => {
  const statusCallback = `${PUBLIC}/webhooks/twilio/status?k=7.1`
  const states = () => bridge.hooks.map(({ form }) => form.get('MessageStatus'))

  test('is told to be sent, then delivered, at the signed callback address', async () => {
    const { sid, numSegments } = await send({ statusCallback })
    await standIn.until(() => bridge.hooks.length === 2 && standIn.statusCallbacks.length === 2)
    const [hook] = bridge.hooks
    const params = Object.fromEntries(hook?.form ?? [])
    expect(twilio.validateRequest(authToken, String(hook?.headers['x-twilio-signature']), statusCallback, params)).toBe(
      true,
    )
    expect(states()).toEqual(['sent', 'delivered'])
    expect([numSegments, standIn.statusOf(sid)]).toEqual(['1', 'delivered'])
  })

  test('has callbacks that can be held, reordered and repeated', async () => {
    standIn.callbacks = 'held'
    await send({ statusCallback })
    await standIn.until(() => standIn.heldCallbacks.length === 2)
    await standIn.releaseCallbacks(([sent, delivered]) => [delivered, sent, sent].filter((held) => held !== undefined))
    expect(states()).toEqual(['delivered', 'sent', 'sent'])
  })

  test.each([
    { why: 'no recipient', more: { to: '' }, code: 21604 },
    { why: 'a recipient that is no number', more: { to: '12' }, code: 21211 },
    { why: 'a short code', more: { to: '53079' }, code: 21265 },
    { why: 'a sender that is not ours', more: { from: '+12025550199' }, code: 21606 },
    { why: 'an unknown service', more: { messagingServiceSid: `MG${'0'.repeat(32)}` }, code: 21705 },
    { why: 'no words', more: { body: '' }, code: 21602 },
    { why: 'too many words', more: { body: 'x'.repeat(1601) }, code: 21617 },
    { why: 'a landline', more: { to: '+15005550009' }, code: 21614 },
  ])('is refused with $code for $why', async ({ more, code }) => {
    await expect(send(more)).rejects.toMatchObject({ status: 400, code })
    expect(standIn.messages).toEqual([])
  })

  test('can be made to fail at once or later', async () => {
    standIn.failNext({ to: MARIA, at: 'create', code: 21408 })
    standIn.failNext({ at: 'callback', code: 30003 })
    await expect(send()).rejects.toMatchObject({ code: 21408 })
    await send({ statusCallback })
    await standIn.until(() => states().includes('undelivered'))
    expect(bridge.hooks.at(-1)?.form.get('ErrorCode')).toBe('30003')
  })

  test('carries the bytes found at its media address', async () => {
    Object.assign(bridge.answer, { type: 'image/png', body: 'a picture' })
    const { sid } = await send({ mediaUrl: [`${PUBLIC}/media/token`] })
    await standIn.until(() => standIn.statusOf(sid) === 'delivered')
    expect(standIn.sent[0]?.media[0]?.data.toString()).toBe('a picture')
    expect(bridge.hooks.map(({ path }) => path)).toEqual(['/media/token', '/media/token'])
  })

  test('through the Messaging Service is accepted, then queued with a sender', async () => {
    const other = await startTwilio({ accountSid, authToken, numbers: [OURS], messagingServiceSid })
    client.api.baseUrl = other.url
    const accepted = await client.messages.create({ to: MARIA, messagingServiceSid, body: 'Hi' })
    await other.until(() => other.statusOf(accepted.sid) === 'delivered')
    expect([accepted.status, accepted.from, other.sent[0]?.from]).toEqual(['accepted', null, OURS])
    await other.close()
  })
})

describe('the list', () => {
  test('comes newest first, page by page, and lags behind', async () => {
    for (const body of ['1', '2', '3']) await standIn.text({ from: MARIA, to: OURS, body, webhook: false })
    const list = () => client.messages.list({ to: OURS, dateSentAfter: new Date(0), pageSize: 2 })
    expect((await list()).map(({ body }) => body)).toEqual(['3', '2', '1'])
    standIn.listLagMs = 60_000
    expect(await list()).toEqual([])
  })

  test('filters by the time of sending', async () => {
    await standIn.text({ from: MARIA, to: OURS, body: 'now', webhook: false })
    expect(await client.messages.list({ dateSentAfter: new Date('2999-01-01') })).toEqual([])
    expect(await client.messages.list({ dateSentBefore: new Date('2999-01-01') })).toHaveLength(1)
  })
})

test.each([
  ['the wrong token', basic(`${accountSid}:wrong`)],
  ['no login', {}],
])('%s is refused with code 20003', async (_case, headers) => {
  const answer = await fetch(`${standIn.url}/2010-04-01/Accounts/${accountSid}/Messages.json`, { headers })
  expect([answer.status, await answer.json()]).toMatchObject([401, { code: 20003, status: 401 }])
})

test('account, numbers and service can be read', async () => {
  expect(await client.api.accounts(accountSid).fetch()).toMatchObject({ status: 'active' })
  expect(await client.incomingPhoneNumbers.list()).toMatchObject([
    { phoneNumber: OURS, smsUrl: 'https://bridge.example/webhooks/twilio/inbound' },
  ])
  await expect(client.messaging.v1.services(messagingServiceSid).fetch()).rejects.toMatchObject({ status: 404 })
})

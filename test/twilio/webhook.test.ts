import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from '@jest/globals'
import express from 'express'
import { createLog } from '../../src/log.ts'
import { twilioWebhooks } from '../../src/twilio/webhook.ts'
import {
  bridge,
  delivered,
  INBOUND,
  MEDIA_URL,
  type Params,
  PUBLIC_URL,
  picture,
  post,
  STATUS,
  send,
  stop,
  text,
  without,
} from './posting.ts'
import {
  ACCOUNT_SID,
  close,
  listen,
  MARIA,
  MESSAGE_SID,
  OUR_NUMBER,
  SERVICE_SID,
  sign,
  twilioSettings,
} from './settings.ts'

afterEach(stop)

describe('a text', () => {
  test('is recorded and answered with empty TwiML', async () => {
    const { port, facts, body } = await bridge()
    const reply = await send(port, INBOUND, text)
    expect(reply).toMatchObject({ status: 200, body: '<Response/>', headers: { 'content-type': 'text/xml' } })
    expect(facts).toMatchObject([{ key: `sms:${MESSAGE_SID}`, kind: 'sms.received', lane: `inbox:${MARIA}` }])
    expect(body()).toEqual({
      sid: MESSAGE_SID,
      from: MARIA,
      to: OUR_NUMBER,
      body: 'Is my order ready?',
      media: [],
      place: { city: 'WASHINGTON', state: 'DC', country: 'US' },
    })
  })

  test.each([
    ['without words', { Body: '' }, { body: '' }],
    ['with emoji, plus and apostrophe', { Body: "it's 1+1 👋🏽 %2B" }, { body: "it's 1+1 👋🏽 %2B" }],
    ['of 5,000 characters', { Body: 'x'.repeat(5000) }, { body: 'x'.repeat(5000) }],
    ['with a NUL byte, which no database takes', { Body: 'a\0b' }, { body: 'ab' }],
    ['from a short code', { From: '68849' }, { from: '68849' }],
    ['from a name', { From: 'SUPPORT' }, { from: 'SUPPORT' }],
    ['from a WhatsApp number', { From: 'whatsapp:+442079460123' }, { from: 'whatsapp:+442079460123' }],
    ['from a WhatsApp user without a number', { From: 'whatsapp:US.1aB2' }, { from: 'whatsapp:US.1aB2' }],
    ['with a name', { ProfileName: 'Maria' }, { profileName: 'Maria' }],
    [
      'through a service we were not told of',
      { MessagingServiceSid: SERVICE_SID },
      { messagingServiceSid: SERVICE_SID },
    ],
    ['that opts out', { Body: 'STOP', OptOutType: 'STOP' }, { optOutType: 'STOP' }],
    ['at the fallback URL', { ErrorCode: '11200', ErrorUrl: 'https://bridge.example/x' }, { sid: MESSAGE_SID }],
    ['with a parameter of the future', { Zeta: '1', 'A[b]': "'" }, { sid: MESSAGE_SID }],
  ])('%s is taken', async (_, extra, expected) => {
    const { port, body } = await bridge()
    expect(await send(port, INBOUND, { ...text, ...extra })).toMatchObject({ status: 200 })
    expect(body()).toMatchObject(expected)
  })

  test('without the Body parameter has no words', async () => {
    const { port, body } = await bridge()
    await send(port, INBOUND, without(text, 'Body'))
    expect(body()).toMatchObject({ body: '' })
  })

  test('brings its pictures in order', async () => {
    const { port, body } = await bridge()
    const ten = Array.from({ length: 10 }, (_, n) => ({
      [`MediaUrl${n}`]: `${MEDIA_URL}${n}`,
      [`MediaContentType${n}`]: 'image/png',
    }))
    await send(port, INBOUND, Object.assign({}, text, { NumMedia: '10' }, ...ten))
    expect(body().media.map((m: { url: string }) => m.url)).toEqual(ten.map((_, n) => `${MEDIA_URL}${n}`))
  })

  test('to a number of our service is ours when no numbers are configured', async () => {
    const { port } = await bridge({ settings: { phoneNumbers: [], messagingServiceSid: SERVICE_SID } })
    expect(await send(port, INBOUND, { ...text, MessagingServiceSid: SERVICE_SID })).toMatchObject({ status: 200 })
    expect(await send(port, INBOUND, text)).toMatchObject({ status: 403 })
  })

  test('with a picture at another host is kept: the words must not be lost', async () => {
    const { port } = await bridge()
    expect(await send(port, INBOUND, { ...picture, MediaUrl0: 'https://evil.example/x.jpg' })).toMatchObject({
      status: 200,
    })
  })

  test('from a stand-in may name pictures over http at that host only', async () => {
    const { port } = await bridge({ settings: { apiUrl: 'http://localhost:4010' } })
    expect(await send(port, INBOUND, { ...picture, MediaUrl0: 'http://localhost:9/x' })).toMatchObject({ status: 200 })
    expect(await send(port, INBOUND, { ...picture, MediaUrl0: 'http://other.example/x' })).toMatchObject({
      status: 400,
    })
  })

  test('that cannot be stored is answered 503 with nothing to say', async () => {
    const { port } = await bridge({ storing: false })
    expect(await send(port, INBOUND, text)).toMatchObject({ status: 503, body: '' })
  })
})

test('mounted deep inside Express, the whole path is what counts as signed', async () => {
  const config = { publicUrl: PUBLIC_URL, twilio: twilioSettings(), defaultCountry: 'US' }
  const hooks = twilioWebhooks({ config, record: async () => {}, log: createLog({ level: 'silent', pii: false }) })
  const { server, port } = await listen(
    express().use('/webhooks/twilio', express.Router().post('/inbound', hooks.inbound)),
  )
  const reply = await send(port, INBOUND, text)
  await close(server)
  expect(reply).toMatchObject({ status: 200, body: '<Response/>' })
})

describe('a status callback', () => {
  test('is recorded with the marker of its URL and answered 204', async () => {
    const { port, facts, body } = await bridge()
    expect(await send(port, `${STATUS}?k=12.3`, delivered)).toMatchObject({ status: 204, body: '' })
    expect(facts).toMatchObject([
      { key: `status:${MESSAGE_SID}:delivered:-`, kind: 'sms.status', lane: `status:${MARIA}` },
    ])
    expect(body()).toEqual({ sid: MESSAGE_SID, status: 'delivered', to: MARIA, from: OUR_NUMBER, marker: '12.3' })
  })

  test('of a failure brings the error code, also in its key', async () => {
    const { port, facts, body } = await bridge()
    await send(port, STATUS, {
      ...delivered,
      MessageStatus: 'undelivered',
      SmsStatus: 'undelivered',
      ErrorCode: '30005',
    })
    expect(facts[0]?.key).toBe(`status:${MESSAGE_SID}:undelivered:30005`)
    expect(body()).toMatchObject({ errorCode: 30005 })
  })

  test.each([
    ['a state Twilio does not have', STATUS, { ...delivered, MessageStatus: 'lost' }, 400],
    ['no state', STATUS, without(delivered, 'MessageStatus'), 400],
    ['an error code that is no number', STATUS, { ...delivered, ErrorCode: '3x' }, 400],
    ['a marker that is none of ours', `${STATUS}?k=1.2x`, delivered, 400],
    ['another account', STATUS, { ...delivered, AccountSid: `AC${'ff'.repeat(16)}` }, 403],
  ])('with %s is refused', async (_, path, params, status) => {
    const { port, facts } = await bridge()
    expect(await send(port, path, params)).toMatchObject({ status, body: '' })
    expect(facts).toEqual([])
  })

  test('with a changed marker is refused: the marker is part of what is signed', async () => {
    const { port } = await bridge()
    const headers = { 'x-twilio-signature': sign(`${PUBLIC_URL}${STATUS}?k=12.3`, delivered) }
    const reply = await post(port, `${STATUS}?k=12.4`, new URLSearchParams(delivered).toString(), headers)
    expect(reply).toMatchObject({ status: 403 })
  })
})

describe('the log', () => {
  test('has one line per reason and second, without anything personal', async () => {
    let clock = 0
    const { port, lines } = await bridge({ now: () => clock })
    await post(port, INBOUND, new URLSearchParams(text).toString(), {})
    await post(port, INBOUND, new URLSearchParams(text).toString(), {})
    clock = 1000
    await post(port, INBOUND, new URLSearchParams(text).toString(), {})
    expect(lines).toHaveLength(2)
    expect(lines.join()).not.toMatch(/2025550|order|token/)
  })

  test('names an unknown parameter once', async () => {
    const { port, lines } = await bridge()
    await send(port, INBOUND, { ...text, Zeta: 'secret' })
    await send(port, INBOUND, { ...text, Zeta: 'secret' })
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain('"parameter":"Zeta"')
    expect(lines[0]).not.toContain('secret')
  })
})

const samples = join(process.cwd(), '..', 'shared', 'samples', 'twilio-webhooks')
if (existsSync(samples)) {
  describe('captured in the wild', () => {
    test.each(readdirSync(samples))('%s is taken', async (name) => {
      const captured: Params = JSON.parse(readFileSync(join(samples, name), 'utf8'))
      const params = { ...captured, ...realAgain(captured) }
      const { port, facts, lines } = await bridge({
        settings: { phoneNumbers: [params.To ?? ''], apiUrl: 'http://example.com' },
      })
      const reply = await send(port, params.MessageStatus ? STATUS : INBOUND, params)
      expect({ status: reply.status, lines }).toEqual({ status: params.MessageStatus ? 204 : 200, lines: [] })
      expect(facts).toHaveLength(1)
    })
  })
}

/** Whoever published the captures blotted out the SIDs, and left one picture out of the count. */
function realAgain(captured: Params): Params {
  const real = { MessageSid: MESSAGE_SID, SmsSid: MESSAGE_SID, SmsMessageSid: MESSAGE_SID, AccountSid: ACCOUNT_SID }
  const sids = { ...real, MessagingServiceSid: SERVICE_SID, NumMedia: captured.MediaUrl0 ? '1' : '0' }
  return Object.fromEntries(Object.entries(sids).filter(([name]) => name in captured))
}

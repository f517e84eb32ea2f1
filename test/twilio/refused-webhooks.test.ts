import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from '@jest/globals'
import { bridge, INBOUND, PUBLIC_URL, picture, post, STATUS, send, stop, text, without } from './posting.ts'
import { MARIA, MESSAGE_SID, sign } from './settings.ts'

afterEach(stop)

describe('a signed request is refused with 400 when', () => {
  test.each([
    ['the SID swallowed NumMedia', { ...without(text, 'NumMedia'), MessageSid: `${MESSAGE_SID}NumMedia0` }],
    ['the words swallowed the sender', { ...without(text, 'From'), Body: `hiFrom${MARIA}` }],
    ['the version swallowed the words', { ...without(text, 'Body'), ApiVersion: '2010-04-01Bodyhi' }],
    ['the segments swallowed the opt-out', { ...text, NumSegments: '1OptOutTypeSTOP' }],
    ['it has no SID', without(text, 'MessageSid')],
    ['it has no sender', without(text, 'From')],
    ['it has no recipient', without(text, 'To')],
    ['it has no media count', without(text, 'NumMedia')],
    ['the SID is another kind', { ...text, MessageSid: `CA${'b2'.repeat(16)}` }],
    ['the SIDs differ', { ...text, SmsSid: `SM${'e5'.repeat(16)}` }],
    ['the media count is not canonical', { ...text, NumMedia: '00' }],
    ['a picture is missing', { ...text, NumMedia: '1' }],
    ['a picture is not counted', { ...picture, NumMedia: '0' }],
    ['a picture is at no https address', { ...picture, MediaUrl0: 'file:///etc/passwd' }],
    ['the sender is no address', { ...text, From: '+1202555\n0123' }],
    ['the state is not received', { ...text, SmsStatus: 'delivered' }],
    ['the opt-out is of no known type', { ...text, OptOutType: 'MAYBE' }],
    ['the version is another', { ...text, ApiVersion: '2011-01-01' }],
  ])('%s', async (_, params) => {
    const { port, facts } = await bridge()
    expect(await send(port, INBOUND, params)).toMatchObject({ status: 400, body: '' })
    expect(facts).toEqual([])
  })

  test('a parameter is repeated, which its signature does not show', async () => {
    const { port, facts } = await bridge()
    const body = `${new URLSearchParams(text)}&Body=${encodeURIComponent(text.Body ?? '')}`
    const reply = await post(port, INBOUND, body, { 'x-twilio-signature': sign(PUBLIC_URL + INBOUND, text) })
    expect(reply).toMatchObject({ status: 400, body: '' })
    expect(facts).toEqual([])
  })
})

describe('a request is refused with 403 when', () => {
  const body = new URLSearchParams(text).toString()
  const good = sign(PUBLIC_URL + INBOUND, text)

  test.each([
    ['it has no signature', body, {}],
    ['its words were changed', body.replace('order', 'money'), { 'x-twilio-signature': good }],
    ['it was signed with another token', body, { 'x-twilio-signature': sign(PUBLIC_URL + INBOUND, text, 'other') }],
    ['it was signed for another path', body, { 'x-twilio-signature': sign(PUBLIC_URL + STATUS, text) }],
    [
      'it was signed for the host it names itself',
      body,
      {
        'x-twilio-signature': sign(`https://evil.example${INBOUND}`, text),
        'x-forwarded-host': 'evil.example',
        host: 'evil.example',
      },
    ],
    ['its bytes are no UTF-8', `${body}%FF`, { 'x-twilio-signature': good }],
    ['it is empty', '', { 'x-twilio-signature': good }],
  ])('%s', async (_, sent, headers) => {
    const { port, facts, refusals } = await bridge()
    expect(await post(port, INBOUND, sent, headers)).toMatchObject({ status: 403, body: '' })
    expect([facts, refusals]).toEqual([[], ['signature']])
  })

  test.each([
    ['another account', { AccountSid: `AC${'ff'.repeat(16)}` }],
    ['another number', { To: '+12025550177' }],
  ])('it is for %s', async (_, extra) => {
    const { port, facts } = await bridge()
    expect(await send(port, INBOUND, { ...text, ...extra })).toMatchObject({ status: 403, body: '' })
    expect(facts).toEqual([])
  })
})

describe('a body is refused before it is looked at when it', () => {
  const signature = { 'x-twilio-signature': sign(PUBLIC_URL + INBOUND, text) }

  test.each([
    ['is JSON', 415, '{}', { 'content-type': 'application/json' }],
    ['has another charset', 415, 'a=1', { 'content-type': 'application/x-www-form-urlencoded; charset=utf-16' }],
    ['is compressed', 415, gzipSync('a=1'), { 'content-encoding': 'gzip' }],
    ['has 101 parameters', 400, 'a=1&'.repeat(101), {}],
    ['is announced as more than 64 kB', 413, `Body=${'x'.repeat(65_536)}`, {}],
    ['grows beyond 64 kB', 413, `Body=${'x'.repeat(65_536)}`, { 'transfer-encoding': 'chunked' }],
  ])('%s', async (_, status, body, headers) => {
    const { port, facts } = await bridge()
    expect(await post(port, INBOUND, body, { ...signature, ...headers })).toMatchObject({ status, body: '' })
    expect(facts).toEqual([])
  })

  test('is too large, and the sender sees the answer', async () => {
    const { port } = await bridge()
    expect((await post(port, INBOUND, 'x'.repeat(5_000_000), signature)).status).toBe(413)
  })
})

import { createHmac } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { verifyBodySignature, verifyIntercomSignature } from '../../src/intercom/signature.ts'

const body = Buffer.from('{"topic":"ping"}')
const secrets = ['current-secret', 'previous-secret']
const sign = (algorithm: string, secret: string, signed: Buffer = body) =>
  `${algorithm}=${createHmac(algorithm, secret).update(signed).digest('hex')}`

describe('the signature of an Intercom notification', () => {
  test('is checked against a value computed by another tool', () => {
    // printf '%s' '{"topic":"ping"}' | openssl dgst -sha1 -hmac current-secret
    const header = 'sha1=0818898527702604b43c062190f8f351150f322e'
    expect(verifyIntercomSignature({ secrets, body, header })).toBe(true)
  })

  test.each([
    ['SHA-1 under the current secret', sign('sha1', 'current-secret')],
    ['SHA-1 under the previous secret', sign('sha1', 'previous-secret')],
    ['SHA-256', sign('sha256', 'current-secret')],
    ['upper-case hex', sign('sha1', 'current-secret').toUpperCase().replace('SHA1', 'sha1')],
  ])('is accepted: %s', (_, header) => {
    expect(verifyIntercomSignature({ secrets, body, header })).toBe(true)
  })

  test.each([
    ['no header', undefined],
    ['an empty header', ''],
    ['another secret', sign('sha1', 'other')],
    ['an empty secret', sign('sha1', '')],
    ['another body', sign('sha1', 'current-secret', Buffer.from('{"topic":"pong"}'))],
    ['no scheme', sign('sha1', 'current-secret').slice(5)],
    ['an unknown scheme', sign('md5', 'current-secret')],
    ['a SHA-256 value under the name of SHA-1', sign('sha256', 'current-secret').replace('sha256', 'sha1')],
    ['one digit too few', sign('sha1', 'current-secret').slice(0, -1)],
    ['one digit too many', `${sign('sha1', 'current-secret')}0`],
    ['a digit that is none', sign('sha1', 'current-secret').replace(/.$/, 'g')],
    ['two headers joined', `${sign('sha1', 'current-secret')}, ${sign('sha1', 'current-secret')}`],
    ['a line break at the end', `${sign('sha1', 'current-secret')}\n`],
  ])('is refused: %s', (_, header) => {
    expect(verifyIntercomSignature({ secrets, body, header })).toBe(false)
  })

  test.each([[[]], [['']]])('is refused whatever it is when the only secrets are %j', (none) => {
    expect(verifyIntercomSignature({ secrets: none, body, header: sign('sha1', '') })).toBe(false)
  })

  test('holds for exactly the bytes that were signed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), fc.nat(), fc.integer({ min: 1, max: 255 }), (bytes, at, flip) => {
        const signed = Buffer.from(bytes)
        const header = sign('sha1', 'current-secret', signed)
        expect(verifyIntercomSignature({ secrets, body: signed, header })).toBe(true)
        const tampered = Buffer.from(bytes)
        tampered[at % tampered.length] = (tampered[at % tampered.length] ?? 0) ^ flip
        expect(verifyIntercomSignature({ secrets, body: tampered, header })).toBe(false)
      }),
    )
  })
})

describe('the signature of a canvas request', () => {
  const hex = sign('sha256', 'current-secret').slice('sha256='.length)

  test.each([
    // printf '%s' '{"topic":"ping"}' | openssl dgst -sha256 -hmac current-secret
    ['a value computed by another tool', '058792d338e3ce8c855e6d527a2f486f0baf1587f2880369819ab2b21656a72f'],
    ['the current secret', hex],
    ['the previous secret', sign('sha256', 'previous-secret').slice('sha256='.length)],
    ['the name of the algorithm', `sha256=${hex}`],
    ['upper-case hex', hex.toUpperCase()],
  ])('is accepted: %s', (_, header) => {
    expect(verifyBodySignature({ secrets, body, header })).toBe(true)
  })

  test.each([
    ['no header', undefined],
    ['an empty header', ''],
    ['another secret', sign('sha256', 'other')],
    ['an empty secret', sign('sha256', '')],
    ['another body', sign('sha256', 'current-secret', Buffer.from('{"topic":"pong"}'))],
    ['SHA-1', sign('sha1', 'current-secret')],
    ['SHA-1 without its name', sign('sha1', 'current-secret').slice('sha1='.length)],
    ['the name of another algorithm', `sha1=${hex}`],
    ['one digit too few', hex.slice(0, -1)],
    ['one digit too many', `${hex}0`],
    ['two headers joined', `${hex}, ${hex}`],
    ['a line break at the end', `${hex}\n`],
  ])('is refused: %s', (_, header) => {
    expect(verifyBodySignature({ secrets, body, header })).toBe(false)
  })

  test('is refused whatever it is when the only secret is empty', () => {
    expect(verifyBodySignature({ secrets: [''], body, header: sign('sha256', '') })).toBe(false)
  })
})

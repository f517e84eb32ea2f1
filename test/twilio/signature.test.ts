import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import twilio from 'twilio'
import { parseForm } from '../../src/twilio/form.ts'
import { publicUrlVariants, signedUrls, verifyTwilioSignature } from '../../src/twilio/signature.ts'

interface Vector {
  id: string
  token: string
  url: string
  params: Record<string, string | string[] | null>
  signature: string
  valid: boolean
  body?: string
}

const file = join(process.cwd(), '..', 'shared', 'samples', 'twilio-signature-vectors.json')
const all: Vector[] = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : []
// JSON bodies are refused before their signature is looked at.
const vectors = all.filter((vector) => vector.body === undefined)

function pairsOf(params: Vector['params']): [string, string][] {
  return Object.entries(params ?? {}).flatMap(([name, value]) =>
    [value ?? ''].flat().map((one): [string, string] => [name, one]),
  )
}

if (vectors.length > 0) {
  describe('signatures from the test suites of seven Twilio SDKs', () => {
    test.each(vectors.map((v) => [v.id, v] as const))('%s', (_, { token, url, params, signature, valid }) => {
      const [, base = '', query = ''] = /^([^?]*)(.*)$/s.exec(url) ?? []
      const urls = signedUrls(publicUrlVariants(base), query)
      expect(verifyTwilioSignature({ tokens: [token], urls, params: pairsOf(params), signature })).toBe(valid)
    })
  })
}

const name = fc.oneof(
  fc.constantFrom('Body', 'From', 'A[b]', 'A[]', 'Media.Url', "it's", 'é', 'a+b', ' '),
  fc.string({ minLength: 1, unit: 'grapheme' }),
)
const value = fc.oneof(
  fc.constantFrom('', '+', '%2B', "it's", '👋🏽', ' a ', '&=', '\0'),
  fc.string({ unit: 'grapheme' }),
)
const base = fc.constantFrom(
  'https://bridge.example',
  'https://bridge.example:443',
  'https://bridge.example:8443',
  'http://bridge.example',
  'http://[::1]:3000',
)

function grouped(pairs: readonly (readonly [string, string])[]): Record<string, string[]> {
  const groups: Record<string, string[]> = Object.create(null)
  for (const [key, one] of pairs) groups[key] = [...(groups[key] ?? []), one]
  return groups
}

test('whatever the SDK signs is accepted, as it arrives over the wire', () => {
  fc.assert(
    fc.property(base, fc.array(fc.tuple(name, value), { maxLength: 20 }), (publicUrl, sent) => {
      const pairs = parseForm(Buffer.from(new URLSearchParams(sent).toString())) ?? []
      const url = `${publicUrl}/webhooks/twilio/inbound?k=1.1`
      const signature = twilio.getExpectedTwilioSignature('token', url, grouped(pairs))
      const urls = signedUrls(publicUrlVariants(publicUrl), '/webhooks/twilio/inbound?k=1.1')
      expect(verifyTwilioSignature({ tokens: ['token'], urls, params: pairs, signature })).toBe(true)
    }),
  )
})

test('a changed value is accepted exactly when the SDK accepts it', () => {
  fc.assert(
    fc.property(base, fc.array(fc.tuple(name, value), { minLength: 1, maxLength: 8 }), value, (url, pairs, changed) => {
      const signature = twilio.getExpectedTwilioSignature('token', url, grouped(pairs))
      const tampered = pairs.map((pair, i): [string, string] => (i === 0 ? [pair[0], changed] : pair))
      const ours = verifyTwilioSignature({
        tokens: ['token'],
        urls: publicUrlVariants(url),
        params: tampered,
        signature,
      })
      expect(ours).toBe(twilio.validateRequest('token', signature, url, grouped(tampered)))
    }),
  )
})

test.each([
  ['https://bridge.example', ['https://bridge.example', 'https://bridge.example:443']],
  ['https://bridge.example:8443/sms', ['https://bridge.example:8443/sms', 'https://bridge.example/sms']],
  ['http://127.0.0.1:3000', ['http://127.0.0.1:3000', 'http://127.0.0.1']],
  ['http://[::1]', ['http://[::1]', 'http://[::1]:80']],
  ['https://MyHost.example', ['https://MyHost.example', 'https://MyHost.example:443']],
])('%s may be signed as %j', (publicUrl, variants) => {
  expect(publicUrlVariants(publicUrl)).toEqual(variants)
})

test('during a rotation the previous token is accepted too', () => {
  const signature = twilio.getExpectedTwilioSignature('previous', 'https://bridge.example/', {})
  const request = { urls: ['https://bridge.example/'], params: [], signature }
  expect(verifyTwilioSignature({ ...request, tokens: ['current', 'previous'] })).toBe(true)
  expect(verifyTwilioSignature({ ...request, tokens: ['current'] })).toBe(false)
})

test.each([[undefined], [''], ['short'], ['é'.repeat(14)], ['A'.repeat(28)]])(
  'signature %j is refused',
  (signature) => {
    expect(verifyTwilioSignature({ tokens: ['t'], urls: ['https://a.example/'], params: [], signature })).toBe(false)
  },
)

import { createHmac } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { signWebhook } from '../src/signed-webhook.ts'

const BODY = '{"test": 2432232314}'
const ID = 'msg_p5jXN8AQM9LWM0D4loKWxJek'

// The first row is the example that implementations of the specification share:
// https://github.com/standard-webhooks/standard-webhooks/blob/main/libraries
test.each([
  [
    'a secret in base64',
    'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    1614265330,
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  ],
])('a request is signed as in the specification: %s', (_, secret, seconds, signature) => {
  expect(signWebhook({ secret, id: ID, timestamp: seconds * 1000 + 999, body: BODY })).toEqual({
    'webhook-id': ID,
    'webhook-timestamp': String(seconds),
    'webhook-signature': signature,
  })
})

test.each([
  ['a secret that is any text is the key as it is', 'swordfish', Buffer.from('swordfish')],
  ['base64 without its prefix is a text too', 'c3dvcmRmaXNo', Buffer.from('c3dvcmRmaXNo')],
  ['with its prefix it is decoded', 'whsec_c3dvcmRmaXNo', Buffer.from('swordfish')],
])('%s', (_, secret, key) => {
  const expected = createHmac('sha256', key).update(`a.1700000000.${BODY}é`).digest('base64')
  const signed = signWebhook({ secret, id: 'a', timestamp: 1_700_000_000_000, body: `${BODY}é` })
  expect(signed['webhook-signature']).toBe(`v1,${expected}`)
})

import { expect, test } from '@jest/globals'
import { signWebhook } from '../../src/signed-webhook.ts'

const ID = 'msg_p5jXN8AQM9LWM0D4loKWxJek'
const AT = 1_614_265_330_000

// The first is the vector of the specification's own libraries: https://github.com/standard-webhooks/standard-webhooks
test.each([
  [
    'whsec_ and base64',
    'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    '{"test": 2432232314}',
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  ],
  ['any text', 'plain secret', '{"test": 2432232314}', 'v1,gke7k785FD6W2FuaDcrvG3sQcmFE9YVaaAmarK4oi68='],
  [
    'letters beyond ASCII',
    'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    '{"é":"😀"}',
    'v1,dGY83JAi5bZ5pMJpvRcHYZGRoDTJh0hj4RSmEmObDxg=',
  ],
])('a request is signed with %s', (_, secret, body, signature) => {
  expect(signWebhook({ secret, id: ID, timestamp: AT + 999, body })).toEqual({
    'webhook-id': ID,
    'webhook-timestamp': '1614265330',
    'webhook-signature': signature,
  })
})

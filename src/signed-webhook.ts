import { createHmac } from 'node:crypto'

/** Headers of a signed request. */
export interface SignedHeaders {
  'webhook-id': string
  'webhook-timestamp': string
  'webhook-signature': string
}

/**
 * Signs a request of ours as Standard Webhooks say: HMAC-SHA256 over `id.timestamp.body`, version `v1`.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 * @param o.secret `whsec_` and base64, or else any text, which is the key as it is
 * @param o.id the same whenever the same thing is told again, without a full stop
 * @param o.timestamp Unix ms of this attempt
 * @param o.body exactly what is sent
 */
export function signWebhook(o: { secret: string; id: string; timestamp: number; body: string }): SignedHeaders {
  const timestamp = String(Math.floor(o.timestamp / 1000))
  const signature = createHmac('sha256', keyOf(o.secret)).update(`${o.id}.${timestamp}.${o.body}`).digest('base64')
  return { 'webhook-id': o.id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` }
}

function keyOf(secret: string): Buffer {
  return secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : Buffer.from(secret)
}

import { createHmac, timingSafeEqual } from 'node:crypto'

const SCHEME = /^(?:sha1=([0-9a-f]{40})|sha256=([0-9a-f]{64}))$/i

/**
 * Whether `header` (`X-Hub-Signature`) is the HMAC of the raw `body` under one of our client secrets: `sha1=<40 hex>` as
 * Intercom documents it, or `sha256=<64 hex>`. Hex of either case. An empty secret never matches, since anybody can sign
 * with it.
 * https://developers.intercom.com/docs/references/preview/webhooks/webhook-models (Signed notifications)
 */
export function verifyIntercomSignature(input: {
  secrets: readonly string[]
  body: Buffer
  header: string | undefined
}): boolean {
  const match = SCHEME.exec(input.header ?? '')
  const hex = match?.[1] ?? match?.[2]
  if (hex === undefined) return false
  const algorithm = match?.[1] === undefined ? 'sha256' : 'sha1'
  const given = Buffer.from(hex, 'hex')
  return input.secrets
    .filter((secret) => secret !== '')
    .some((secret) => timingSafeEqual(given, createHmac(algorithm, secret).update(input.body).digest()))
}

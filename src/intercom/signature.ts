import { createHmac, timingSafeEqual } from 'node:crypto'

const SCHEME = /^(?:sha1=([0-9a-f]{40})|sha256=([0-9a-f]{64}))$/i
const BODY_SCHEME = /^(?:sha256=)?([0-9a-f]{64})$/i

export interface SignedBody {
  /** The current client secret and the previous one. An empty secret never matches, since anybody can sign with it. */
  secrets: readonly string[]
  body: Buffer
  header: string | undefined
}

/** Whether a header signs the raw body; hex of either case. */
export type Verify = (signed: SignedBody) => boolean

/**
 * Whether `header` (`X-Hub-Signature`) is the HMAC of the raw `body` under one of our client secrets: `sha1=<40 hex>` as
 * Intercom documents it, or `sha256=<64 hex>`.
 * https://developers.intercom.com/docs/references/preview/webhooks/webhook-models (Signed notifications)
 */
export function verifyIntercomSignature({ secrets, body, header }: SignedBody): boolean {
  const match = SCHEME.exec(header ?? '')
  const algorithm = match?.[1] === undefined ? 'sha256' : 'sha1'
  return isHmac(algorithm, match?.[1] ?? match?.[2], secrets, body)
}

/**
 * Whether `header` (`X-Body-Signature`) is the HMAC-SHA256 of the raw `body` under one of our client secrets: 64 hex
 * digits as Intercom documents it, or with the `sha256=` that other guides put before them.
 * https://developers.intercom.com/docs/canvas-kit (Signing Notifications)
 */
export function verifyBodySignature({ secrets, body, header }: SignedBody): boolean {
  return isHmac('sha256', BODY_SCHEME.exec(header ?? '')?.[1], secrets, body)
}

function isHmac(algorithm: string, hex: string | undefined, secrets: readonly string[], body: Buffer): boolean {
  if (hex === undefined) return false
  const given = Buffer.from(hex, 'hex')
  return secrets
    .filter((secret) => secret !== '')
    .some((secret) => timingSafeEqual(given, createHmac(algorithm, secret).update(body).digest()))
}

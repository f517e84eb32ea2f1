import { createHmac, timingSafeEqual } from 'node:crypto'
import type { FormPair } from './form.ts'

const SHA1_BASE64_LENGTH = 28

/**
 * The addresses Twilio may have signed for one configured address: as configured, then with the port taken away or the
 * scheme's own port added, since Twilio's products differ in this. Nothing is decoded, encoded or lower-cased.
 *
 * https://www.twilio.com/docs/usage/security#a-few-notes
 */
export function publicUrlVariants(publicUrl: string): string[] {
  const parts = /^(https?:\/\/(?:[^/?#]*@)?(?:\[[^\]]*\]|[^:/?#]*))(:\d+)?(.*)$/is.exec(publicUrl)
  if (!parts) return [publicUrl]
  const [, origin = '', port, rest = ''] = parts
  if (port) return [publicUrl, origin + rest]
  return [publicUrl, `${origin}${/^https:/i.test(origin) ? ':443' : ':80'}${rest}`]
}

/**
 * The addresses a request for `path` (with its query, exactly as received) may have been signed for. Some of Twilio's back
 * ends escape an apostrophe before they sign: https://github.com/twilio/twilio-node/issues/1183
 */
export function signedUrls(bases: readonly string[], path: string): string[] {
  const paths = path.includes("'") ? [path, path.replaceAll("'", '%27')] : [path]
  return paths.flatMap((each) => bases.map((base) => base + each))
}

/**
 * Whether one of `tokens` signed one of `urls` with these parameters: X-Twilio-Signature is the Base64 HMAC-SHA1 of the
 * URL followed by every name and value, sorted. The likeliest token and URL go first: a genuine request costs one HMAC.
 *
 * https://www.twilio.com/docs/usage/security#validating-requests
 */
export function verifyTwilioSignature(request: {
  tokens: readonly string[]
  urls: readonly string[]
  params: readonly FormPair[]
  signature: string | undefined
}): boolean {
  const given = Buffer.from(request.signature ?? '')
  if (given.length !== SHA1_BASE64_LENGTH) return false
  const tail = signedParameters(request.params)
  return request.urls.some((url) =>
    request.tokens.some((token) => {
      const expected = createHmac('sha1', token)
        .update(url + tail, 'utf8')
        .digest('base64')
      return timingSafeEqual(given, Buffer.from(expected))
    }),
  )
}

/** Twilio's SDKs sign a repeated name with its different values in order, each once. */
function signedParameters(params: readonly FormPair[]): string {
  let signed = ''
  let previous: FormPair | undefined
  for (const pair of [...params].sort(byNameThenValue)) {
    if (pair[0] !== previous?.[0] || pair[1] !== previous[1]) signed += pair[0] + pair[1]
    previous = pair
  }
  return signed
}

function byNameThenValue(a: FormPair, b: FormPair): number {
  if (a[0] !== b[0]) return a[0] < b[0] ? -1 : 1
  if (a[1] === b[1]) return 0
  return a[1] < b[1] ? -1 : 1
}

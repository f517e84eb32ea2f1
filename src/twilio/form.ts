export type FormPair = readonly [name: string, value: string]

/** More than any webhook of Twilio carries; checking a signature over a thousand takes 100 times as long. */
const MAX_PARAMETERS = 100

/**
 * The parameters of an application/x-www-form-urlencoded body, in order, repeated and blank ones included: all of them
 * are signed. Bytes that are not UTF-8 become U+FFFD; nothing throws. Null when there are more than 100.
 */
export function parseForm(body: Buffer): FormPair[] | null {
  const params = new URLSearchParams(body.toString('utf8'))
  return params.size > MAX_PARAMETERS ? null : [...params]
}

/** E.164 as ITU says it: a plus and up to 15 digits, the first not 0. */
const E164 = /^\+[1-9]\d{6,14}$/
const SHORT_CODE = /^\d{3,8}$/
const RCS = /^rcs:[\w.-]+$/

/**
 * One of our own senders in the form Twilio's webhooks name it: E.164, short code, `whatsapp:+E164` or `rcs:<sender id>`.
 * Spaces, dashes, dots and brackets inside a number are dropped. Undefined for anything else: alphanumeric senders are
 * one-way, so nobody could answer them.
 * https://www.twilio.com/docs/messaging/channels
 */
export function parseSender(text: string): string | undefined {
  const trimmed = text.trim()
  if (RCS.test(trimmed)) return trimmed
  const channel = trimmed.startsWith('whatsapp:') ? 'whatsapp:' : ''
  const number = trimmed.slice(channel.length).replace(/[\s().-]/g, '')
  if (E164.test(number)) return channel + number
  return channel === '' && SHORT_CODE.test(number) ? number : undefined
}

import { VendorError, type VendorErrorInit } from '../errors.ts'
import { explainTwilioCode } from './errors.ts'

/** An answer of Twilio's REST API, as far as it matters here. */
export interface Answer {
  status: number
  body: unknown
  headers: { retryAfter?: string | undefined; date?: string | undefined }
}

/** Refused for now, not for good: too many requests, service unavailable, sender's queue full. */
const LATER_CODES = new Set([20429, 20503, 21611])

/** The connection never stood, so nothing was asked. Node has no code of its own for a handshake cut short. */
const CUT_IN_HANDSHAKE = /before secure TLS connection was established/
const NEVER_ASKED = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EPROTO|ERR_TLS_.*|ERR_SSL_.*|.*CERT.*|UNABLE_TO_.*)$/

const TIMED_OUT = new Set(['ECONNABORTED', 'ERR_CANCELED', 'ETIMEDOUT'])

/**
 * What an answer other than 2xx says about the call. A 4xx means Twilio did not act; of the 5xx only code 20503 does,
 * any other may come from a gateway that stopped waiting while Twilio went on.
 *
 * https://www.twilio.com/docs/usage/twilios-response
 */
export function failureOf({ status, body, headers }: Answer): VendorError {
  const code = twilioCode(body)
  const later = status === 429 || (code !== undefined && LATER_CODES.has(code))
  const refused = status >= 400 && status < 500 && status !== 408
  const certain = refused || later
  // A refused token is for a person to change; a 4xx without a code comes from something between us and Twilio.
  const permanent = refused && !later && status !== 401 && (code !== undefined || status === 404)
  const retryAfter = waitOf(headers)
  return failure(sentenceFor(code ?? status, code, certain), {
    code: String(code ?? status),
    status,
    permanent,
    certain,
    ...(retryAfter !== undefined && { retryAfter }),
  })
}

/**
 * What a call without an answer says. The SDK's own error holds our credentials and the text, so it is not the `cause`.
 */
export function failureWithoutAnswer(err: unknown): VendorError {
  if (err instanceof VendorError) return err
  const { code, syscall, message } = socketError(err)
  const certain = syscall === 'connect' || NEVER_ASKED.test(code) || CUT_IN_HANDSHAKE.test(message)
  const reason = TIMED_OUT.has(code) ? 'timeout' : code
  const sentence = certain
    ? `Twilio could not be reached (${reason}). The bridge tries again by itself.`
    : `Twilio gave no answer (${reason}), so it is not known whether it acted.`
  return failure(sentence, { code: reason, permanent: false, certain })
}

/** Twilio answered 2xx, but with something that is not the answer. */
export function unreadable(status: number): VendorError {
  const sentence = 'Twilio’s answer could not be read, so it is not known whether it acted.'
  return failure(sentence, { code: 'unreadable', status, permanent: false, certain: false })
}

export function failure(sentence: string, init: Omit<VendorErrorInit, 'vendor'>): VendorError {
  return new VendorError(sentence, { vendor: 'twilio', ...init })
}

function sentenceFor(number: number, code: number | undefined, certain: boolean): string {
  const known = code ?? { 401: 20003, 404: 20404, 429: 20429 }[number]
  if (known !== undefined) {
    const { sentence, next } = explainTwilioCode(known)
    return `${sentence} ${next}`
  }
  return certain
    ? `Something between the bridge and Twilio refused the call (HTTP ${number}). The bridge tries again by itself.`
    : `Twilio had a fault (HTTP ${number}), so it is not known whether it acted.`
}

function twilioCode(body: unknown): number | undefined {
  if (typeof body !== 'object' || body === null || !('code' in body)) return undefined
  const code = Number(body.code)
  return Number.isSafeInteger(code) && code > 0 ? code : undefined
}

/** Retry-After in milliseconds. A date is measured against the answer's own clock, which may differ from ours. */
function waitOf({ retryAfter, date }: Answer['headers']): number | undefined {
  if (retryAfter === undefined) return undefined
  if (/^\d{1,9}$/.test(retryAfter.trim())) return Number(retryAfter) * 1000
  const wait = Date.parse(retryAfter) - Date.parse(date ?? '')
  return Number.isFinite(wait) ? Math.max(0, wait) : undefined
}

function socketError(err: unknown): { code: string; syscall: string; message: string } {
  const cause = typeof err === 'object' && err !== null && 'cause' in err ? err.cause : undefined
  const field = (name: string) => text(err, name) ?? text(cause, name)
  return { code: field('code') ?? 'unknown', syscall: field('syscall') ?? '', message: field('message') ?? '' }
}

function text(value: unknown, name: string): string | undefined {
  const field = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
  return typeof field === 'string' ? field : undefined
}

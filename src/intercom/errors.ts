import type { IntercomError } from 'intercom-client'
import { z } from 'zod'
import { VendorError } from '../errors.ts'

/** What was being done, for the sentence and for what a failure proves. */
export interface Operation {
  /** Completes "Intercom could not …": 'post the text'. */
  doing: string
  /** True for calls that may be repeated at will (reads, create-or-return): a failure of theirs leaves nothing in doubt. */
  repeatable: boolean
}

/** Failures of the connection before a byte of the request was written: the name was not found, nobody listens, TLS failed. */
const NOT_SENT =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|UND_ERR_CONNECT_TIMEOUT|EPROTO|ERR_TLS_.*|ERR_SSL_.*|CERT_.*|UNABLE_TO_.*|DEPTH_ZERO_.*|SELF_SIGNED_.*)$/

/** These say "not now" or "not you", not "never". */
const MAY_SUCCEED_LATER = new Set([401, 408, 425, 429])

const errorList = z
  .object({ errors: z.array(z.object({ code: z.string(), message: z.string().nullish() })).min(1) })
  .transform(({ errors }) => errors[0])

/** The Switch refuses in a shape of its own. */
const errorKey = z
  .object({ error_key: z.string(), message: z.string().nullish() })
  .transform(({ error_key, message }) => ({ code: error_key, message }))

const refusalIn = z.union([errorList, errorKey])

/**
 * Classifies what the SDK threw. Certain: any 4xx but 408, and a connection that was never made. Not certain: timeouts,
 * resets, 408, 5xx, half or unreadable answers.
 * https://developers.intercom.com/docs/references/rest-api/errors/error-codes
 */
export function toVendorError(error: IntercomError, operation: Operation, now: () => number): VendorError {
  return error.statusCode === undefined
    ? transportError(error, operation)
    : answeredError(error, error.statusCode, operation, now)
}

/** A 2xx whose content is not what Intercom documents: it acted, but we cannot tell on what. */
export function unreadableAnswer(operation: Operation, cause: unknown): VendorError {
  return new VendorError(transportSentence('unreadable_answer', operation), {
    vendor: 'intercom',
    code: 'unreadable_answer',
    permanent: false,
    certain: operation.repeatable,
    cause,
  })
}

function transportError(error: IntercomError, operation: Operation): VendorError {
  const code = error.message
  return new VendorError(transportSentence(code, operation), {
    vendor: 'intercom',
    code,
    permanent: false,
    certain: operation.repeatable || code === 'redirected' || NOT_SENT.test(code),
    cause: error,
  })
}

function transportSentence(code: string, { doing }: Operation): string {
  if (code === 'timeout') return `Intercom did not answer in time when asked to ${doing}.`
  if (code === 'redirected') return `Intercom redirected the request to ${doing}: check INTERCOM_API_URL.`
  if (code === 'unreadable_answer' || code === 'answer_too_large') {
    return `Intercom's answer could not be read when asked to ${doing} (${code}).`
  }
  if (NOT_SENT.test(code)) return `Intercom could not be reached to ${doing} (${code}).`
  return `The connection to Intercom broke off when asked to ${doing} (${code}).`
}

function answeredError(error: IntercomError, status: number, operation: Operation, now: () => number): VendorError {
  const refusal = refusalIn.safeParse(error.body).data
  const code = refusedCode(status, refusal)
  const refused = status >= 400 && status < 500 && status !== 408
  const retryAfter = status === 429 ? waitAsked(error.rawResponse?.headers, now()) : undefined
  const contactId = otherContact(status, error, refusal?.message ?? '')
  return new VendorError(answeredSentence(status, code, operation), {
    vendor: 'intercom',
    code,
    status,
    permanent: refused && refusal !== undefined && !MAY_SUCCEED_LATER.has(status),
    certain: refused || operation.repeatable,
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(contactId === undefined ? {} : { contactId }),
    cause: error,
  })
}

function refusedCode(
  status: number,
  refusal: { code: string; message?: string | null | undefined } | undefined,
): string {
  if (status === 409 && refusal?.message) {
    return /^An archived contact /.test(refusal.message) ? 'contact_archived' : 'contact_exists'
  }
  // The code goes into logs and notes: only what looks like one of Intercom's codes may.
  return refusal && /^[\w.-]{1,60}$/.test(refusal.code) ? refusal.code : String(status)
}

function answeredSentence(status: number, code: string, { doing }: Operation): string {
  const told = `(HTTP ${status}, ${code})`
  switch (status) {
    case 401:
      return `Intercom refused the access token when asked to ${doing} ${told}: check INTERCOM_ACCESS_TOKEN.`
    case 403:
      return code === 'api_plan_restricted'
        ? `The workspace's Intercom plan is not enough to ${doing} ${told}.`
        : `Intercom's access token lacks the permission to ${doing} ${told}: grant it in the Developer Hub, then renew the token.`
    case 404:
      return `Intercom does not know what was named when asked to ${doing} ${told}: it may have been deleted.`
    case 410:
      return `Intercom could not ${doing} ${told}: the contact was merged into another one.`
    case 429:
      return `Intercom did not ${doing} ${told}: the rate limit is used up for the moment.`
    default:
      return status >= 500 || status === 408
        ? `Intercom failed when asked to ${doing} ${told}.`
        : `Intercom refused to ${doing} ${told}.`
  }
}

/**
 * Milliseconds to wait: `X-RateLimit-Reset` is a Unix time in seconds, `Retry-After` a number of seconds.
 * https://developers.intercom.com/docs/references/rest-api/errors/rate-limiting
 */
function waitAsked(headers: Headers | undefined, now: number): number | undefined {
  const reset = number(headers?.get('x-ratelimit-reset'))
  if (reset !== undefined) return Math.max(0, reset * 1000 - now)
  const seconds = number(headers?.get('retry-after'))
  return seconds === undefined ? undefined : seconds * 1000
}

function number(text: string | null | undefined): number | undefined {
  return text && /^\d+$/.test(text) ? Number(text) : undefined
}

/** A duplicate's id stands only in the message of the 409, a merged contact's heir only in the `Link` header of the 410. */
function otherContact(status: number, error: IntercomError, message: string): string | undefined {
  if (status === 409) return /\bid=([0-9a-f]{24})\b/.exec(message)?.[1]
  if (status !== 410) return undefined
  const link = error.rawResponse?.headers.get('link') ?? ''
  return /<[^>]*\/contacts\/([\w-]+)>\s*;\s*rel="?canonical"?/.exec(link)?.[1]
}

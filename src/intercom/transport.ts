import { fetchFailure } from '../fetch-failure.ts'
import { parseJson } from '../json.ts'
import { readCapped } from '../read-capped.ts'

const STATUS_WITHOUT_BODY = new Set([204, 205, 304])

/**
 * A `fetch` for the SDK with the bounds that the SDK's own lacks: the timeout covers the whole call, body included (the
 * SDK stops its clock at the headers), an answer may hold at most `maxBytes`, redirects are not followed, and a 2xx must
 * be JSON (the SDK passes anything else on as if it were the answer).
 *
 * The SDK keeps nothing of a failure but the error's message, so the message is the code: `timeout`, `answer_too_large`,
 * `redirected`, `unreadable_answer`, the socket's code (`ECONNREFUSED` …) or `network`.
 */
export function boundedFetch(bounds: {
  timeoutMs: number
  maxBytes: number
  onHeaders: (headers: Headers) => void
}): typeof fetch {
  return async (input, init) => {
    try {
      const response = await fetch(input, {
        ...init,
        redirect: 'manual',
        signal: AbortSignal.timeout(bounds.timeoutMs),
      })
      bounds.onHeaders(response.headers)
      return await readWhole(response, bounds.maxBytes)
    } catch (error) {
      throw new Error(failureCode(error), { cause: error })
    }
  }
}

class Refused extends Error {}

async function readWhole(response: Response, maxBytes: number): Promise<Response> {
  if (response.status >= 300 && response.status < 400) {
    await response.body?.cancel()
    throw new Refused('redirected')
  }
  const body = await readCapped(response, maxBytes)
  if (body === null) throw new Refused('answer_too_large')
  if (response.ok && body.length > 0 && parseJson(body.toString()) === undefined) throw new Refused('unreadable_answer')
  return new Response(STATUS_WITHOUT_BODY.has(response.status) ? null : body, {
    status: response.status,
    headers: response.headers,
  })
}

function failureCode(error: unknown): string {
  if (error instanceof Refused) return error.message
  return fetchFailure(error) ?? 'network'
}

import { VendorError } from '../errors.ts'
import { fetchFailure } from '../fetch-failure.ts'

interface Post {
  /** As it begins a sentence; the address itself may be a secret. */
  who: string
  url: string
  body: string
  headers?: Record<string, string>
  timeoutMs: number
  /** HTTP statuses after which asking again is in vain. */
  final: number[]
}

/**
 * One POST of JSON; any 2xx will do.
 * @throws VendorError that is neither `unauthorized` nor `unreachable`: every failure uses up an attempt
 */
export async function postJson({ who, url, body, headers, timeoutMs, final }: Post): Promise<void> {
  let answer: Response
  try {
    answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    })
  } catch (err) {
    const code = fetchFailure(err) ?? 'failed'
    throw failed(`${who} could not be told (${code}).`, { code, permanent: false, certain: false })
  }
  await answer.body?.cancel()
  if (answer.ok) return
  const permanent = final.includes(answer.status)
  const wait = Number(answer.headers.get('retry-after'))
  const retryAfter = wait > 0 ? { retryAfter: wait * 1000 } : {}
  const code = `http_${answer.status}`
  throw failed(`${who} did not take the news (HTTP ${answer.status}).`, {
    code,
    permanent,
    certain: true,
    ...retryAfter,
  })
}

function failed(sentence: string, init: { code: string; permanent: boolean; certain: boolean; retryAfter?: number }) {
  return new VendorError(sentence, { vendor: 'notify', ...init })
}

import { z } from 'zod'
import type { Config } from './config/types.ts'
import { VendorError } from './errors.ts'
import { fetchFailure } from './fetch-failure.ts'
import type { Responder, ResponderAnswer } from './flows/ports.ts'
import { parseJson } from './json.ts'
import { readCapped } from './read-capped.ts'
import { signWebhook } from './signed-webhook.ts'

const MAX_ANSWER_BYTES = 100_000

/** What it may answer; anything else is a mistake of its maker's that they should hear of. */
const answer = z
  .object({ reply: z.string().optional(), handoff: z.boolean().optional() })
  .transform(({ reply, handoff }): ResponderAnswer => {
    const words = reply?.trim()
    return { ...(words ? { reply: words } : {}), ...(handoff ? { handoff } : {}) }
  })

/**
 * The operator's own bot: one POST, signed as https://www.standardwebhooks.com says, answered with `{ "reply" }`,
 * `{ "handoff": true }`, or 204 for nothing. The address is the operator's own and may be any; redirects are not followed.
 */
export function createResponder(config: Config, o: { now: () => number }): Responder | null {
  const { responder } = config.behaviour
  if (responder === null) return null
  return {
    async ask({ id, data }, timeoutMs) {
      const timestamp = o.now()
      const body = JSON.stringify({ id, type: 'message.received', timestamp: new Date(timestamp).toISOString(), data })
      const signed = signWebhook({ secret: responder.secret, id, timestamp, body })
      const headers = { 'content-type': 'application/json', accept: 'application/json', ...signed }
      try {
        const signal = AbortSignal.timeout(timeoutMs)
        const response = await fetch(responder.url, { method: 'POST', headers, body, redirect: 'manual', signal })
        return await readAnswer(response)
      } catch (error) {
        throw error instanceof VendorError ? error : failed(fetchFailure(error) ?? 'network', error)
      }
    },
  }
}

async function readAnswer(response: Response): Promise<ResponderAnswer> {
  const body = await readCapped(response, MAX_ANSWER_BYTES)
  if (body === null) throw failed('answer_too_large')
  const text = body.toString()
  if (!response.ok) throw failed(`http_${response.status}`)
  if (text.trim() === '') return {}
  const read = answer.safeParse(parseJson(text))
  if (!read.success) throw failed('unreadable_answer')
  return read.data
}

/** Permanent and without a status: a bot is never asked twice, and nobody else waits for it. */
function failed(code: string, cause?: unknown): VendorError {
  return new VendorError(`The responder gave no answer that could be used (${code}); people answer instead.`, {
    vendor: 'responder',
    code,
    permanent: true,
    certain: true,
    cause,
  })
}

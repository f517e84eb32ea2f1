import { z } from 'zod'
import type { Config } from './config/types.ts'
import { VendorError } from './errors.ts'
import type { Responder, ResponderAnswer } from './flows/ports.ts'
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
        throw error instanceof VendorError ? error : failed(codeOf(error), error)
      }
    },
  }
}

async function readAnswer(response: Response): Promise<ResponderAnswer> {
  const text = await readCapped(response)
  if (!response.ok) throw failed(`http_${response.status}`)
  if (text.trim() === '') return {}
  const read = answer.safeParse(parseJson(text))
  if (!read.success) throw failed('unreadable_answer')
  return read.data
}

async function readCapped(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > MAX_ANSWER_BYTES) throw failed('answer_too_large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
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

function codeOf(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return 'timeout'
  const cause = error instanceof Error ? error.cause : undefined
  return typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : 'network'
}

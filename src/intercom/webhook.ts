import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Config } from '../config/types.ts'
import { factOf } from '../flows/notification.ts'
import { readBody } from '../http-body.ts'
import { type Log, onePerSecond } from '../log.ts'
import type { NewFact } from '../queue/inbox.ts'
import { readNotification } from '../rules/agent-reply.ts'
import { verifyIntercomSignature } from './signature.ts'

export type IntercomRefusal = 'wrong_type' | 'too_large' | 'signature' | 'malformed'

interface Parts {
  config: Pick<Config, 'intercom' | 'behaviour'>
  /** Resolves once the facts are durable, rejects when they could not be stored. */
  record: (facts: NewFact[]) => Promise<void>
  log: Log
  onRefused?: (reason: IntercomRefusal) => void
  /** Milliseconds of any steady clock; only spaces log lines. */
  now?: () => number
}

type Handler = (req: IncomingMessage, res: ServerResponse) => Promise<void>

const BODY = { type: /^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i, maxBytes: 1024 * 1024 }
const STATUS_OF: Record<IntercomRefusal, number> = { wrong_type: 415, too_large: 413, signature: 401, malformed: 400 }

/**
 * HEAD and POST /webhooks/intercom: verified over the raw bytes, recorded as facts, answered, nothing else. Intercom asks
 * with HEAD when the address is saved, disables a subscription that answers 410 and throttles one that answers 429.
 * https://developers.intercom.com/docs/webhooks/webhook-notifications
 */
export function intercomWebhook({ config, record, log, onRefused, now = () => performance.now() }: Parts): Handler {
  const mayLog = onePerSecond(now)

  function refuse(res: ServerResponse, reason: IntercomRefusal): void {
    onRefused?.(reason)
    if (mayLog(reason)) log.warn({ reason, hint: HINTS[reason] }, 'intercom webhook refused')
    answer(res, STATUS_OF[reason])
  }

  return async (req, res) => {
    if (req.method === 'HEAD') return answer(res, 200)
    if (req.method !== 'POST') return answer(res.setHeader('allow', 'HEAD, POST'), 405)
    const body = await readBody(req, BODY)
    if (body === 'gone') return
    if (typeof body === 'string') return refuse(res, body)
    if (!isSigned(req, body, config.intercom.clientSecrets)) return refuse(res, 'signature')
    const notification = readEnvelope(body)
    if (notification === null) return refuse(res, 'malformed')
    try {
      const facts = notification.stored ? readNotification(notification.payload, config.behaviour.replies) : []
      if (facts.length > 0) await record(facts.map(factOf))
      answer(res, 200)
    } catch (err) {
      log.error({ err }, 'intercom webhook not stored')
      answer(res, 503)
    }
  }
}

function isSigned(req: IncomingMessage, body: Buffer, secrets: readonly string[]): boolean {
  // Node joins repeated headers with a comma, which is no valid signature.
  const header = req.headers['x-hub-signature']
  return verifyIntercomSignature({ secrets, body, header: typeof header === 'string' ? header : undefined })
}

/** Null when malformed. Pings are never stored; their id is null. */
function readEnvelope(body: Buffer): { payload: object; stored: boolean } | null {
  const payload = parseJson(body)
  if (typeof payload !== 'object' || payload === null || !('topic' in payload)) return null
  if (typeof payload.topic !== 'string') return null
  return { payload, stored: payload.topic !== 'ping' && !('id' in payload && payload.id === null) }
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return undefined
  }
}

function answer(res: ServerResponse, status: number): void {
  res.writeHead(status, { 'content-length': 0 }).end()
}

const HINTS: Partial<Record<IntercomRefusal, string>> = {
  signature: 'If Intercom sent this, INTERCOM_CLIENT_SECRET is not the client secret of the app.',
}

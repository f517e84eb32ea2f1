import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Config } from '../config/types.ts'
import { factOf } from '../flows/notification.ts'
import type { Log } from '../log.ts'
import type { NewFact } from '../queue/inbox.ts'
import { readNotification } from '../rules/agent-reply.ts'
import { readContactNotification } from '../rules/contact-notification.ts'
import { verifyIntercomSignature } from './signature.ts'
import { answer, type IntercomRefusal, signedJson } from './signed-json.ts'

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

/**
 * HEAD and POST /webhooks/intercom: verified over the raw bytes, recorded as facts, answered, nothing else. Intercom asks
 * with HEAD when the address is saved, disables a subscription that answers 410 and throttles one that answers 429.
 * https://developers.intercom.com/docs/webhooks/webhook-notifications
 */
export function intercomWebhook({ config, record, log, onRefused, now }: Parts): Handler {
  const { read, refuse } = signedJson({
    secrets: config.intercom.clientSecrets,
    header: 'x-hub-signature',
    verify: verifyIntercomSignature,
    called: 'intercom webhook',
    log,
    onRefused,
    now,
  })

  return async (req, res) => {
    if (req.method === 'HEAD') return answer(res, 200)
    if (req.method !== 'POST') return answer(res.setHeader('allow', 'HEAD, POST'), 405)
    const payload = await read(req, res)
    if (payload === undefined) return
    const notification = readEnvelope(payload)
    if (notification === null) return refuse(res, 'malformed')
    try {
      const facts = notification.stored ? factsOf(payload, config.behaviour) : []
      if (facts.length > 0) await record(facts.map(factOf))
      answer(res, 200)
    } catch (err) {
      log.error({ err }, 'intercom webhook not stored')
      answer(res, 503)
    }
  }
}

function factsOf(payload: unknown, { replies, tag, welcome }: Config['behaviour']) {
  const told = readNotification(payload, { relayBots: replies.relayBots, tag })
  if (told.length > 0) return told
  // New contacts of a workspace are many, and nobody's business unless they are welcomed.
  return readContactNotification(payload).filter(({ kind }) => kind !== 'contact.created' || welcome !== '')
}

/** Null when malformed. Pings are never stored; their id is null. */
function readEnvelope(payload: unknown): { stored: boolean } | null {
  if (typeof payload !== 'object' || payload === null || !('topic' in payload)) return null
  if (typeof payload.topic !== 'string') return null
  return { stored: payload.topic !== 'ping' && !('id' in payload && payload.id === null) }
}

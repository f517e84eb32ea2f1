import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Config } from '../config/types.ts'
import { laneOf } from '../flows/lanes.ts'
import { readBody } from '../http-body.ts'
import { type Log, onePerSecond } from '../log.ts'
import type { NewFact } from '../queue/inbox.ts'
import { type FormPair, parseForm } from './form.ts'
import { type Refusal, readInbound, readStatus, unknownNames } from './schema.ts'
import { publicUrlVariants, signedUrls, verifyTwilioSignature } from './signature.ts'

type Route = 'inbound' | 'status'
/** From the verified parameters and the signed path, query included. */
type Read = (pairs: FormPair[], path: string) => NewFact | Refusal
type Handler = (req: IncomingMessage, res: ServerResponse) => Promise<void>

export interface TwilioWebhooks {
  /** POST /webhooks/twilio/inbound: the number's or service's webhook, and its fallback. */
  inbound: Handler
  /** POST /webhooks/twilio/status */
  status: Handler
}

interface Parts {
  config: Pick<Config, 'publicUrl' | 'twilio' | 'defaultCountry'>
  /** Resolves once the facts are durable, rejects when they could not be stored. */
  record: (facts: NewFact[]) => Promise<void>
  log: Log
  onRefused?: (route: Route, reason: Refusal['reason']) => void
  /** Milliseconds of any steady clock; only spaces log lines. */
  now?: () => number
}

const BODY = {
  type: /^application\/x-www-form-urlencoded\s*(;\s*charset="?utf-8"?\s*)?$/i,
  maxBytes: 64 * 1024,
}
const UNREADABLE: Record<'too_large' | 'wrong_type', Refusal> = {
  too_large: { status: 413, reason: 'too_large' },
  wrong_type: { status: 415, reason: 'wrong_type' },
}

/**
 * The two webhooks as plain request handlers: verified, recorded as a fact, answered, nothing else. Answers never have a
 * text/plain body, which Twilio would text to the customer: https://www.twilio.com/docs/messaging/twiml
 */
export function twilioWebhooks(parts: Parts): TwilioWebhooks {
  const { config, record, log } = parts
  const verify = verifier(config, log)
  const reportRefusal = refusalReporter(parts)

  function handler(route: Route, read: Read, answer: (res: ServerResponse) => void): Handler {
    return async (req, res) => {
      try {
        const body = await readBody(req, BODY)
        if (body === 'gone') return
        const fact = typeof body === 'string' ? UNREADABLE[body] : verify(req, body, read)
        if ('reason' in fact) {
          reportRefusal(route, fact)
          return refuse(res, fact)
        }
        await record([fact])
        answer(res)
      } catch (err) {
        log.error({ err, route }, 'twilio webhook not stored')
        res.writeHead(503, { 'content-length': 0 }).end()
      }
    }
  }

  return {
    inbound: handler('inbound', (pairs) => inboundFact(pairs, config), answerTwiml),
    status: handler('status', (pairs, path) => statusFact(pairs, path, config), answerNothing),
  }
}

function verifier({ publicUrl, twilio }: Parts['config'], log: Log) {
  const bases = publicUrlVariants(publicUrl)
  const noteUnknown = unknownNameReporter(log)
  return (req: IncomingMessage, body: Buffer, read: Read): NewFact | Refusal => {
    const params = parseForm(body)
    if (!params) return { status: 400, reason: 'too_many_parameters' }
    const path = signedPath(req)
    const header = req.headers['x-twilio-signature']
    const signature = typeof header === 'string' ? header : undefined
    const urls = signedUrls(bases, path)
    if (!verifyTwilioSignature({ tokens: twilio.authTokens, urls, params, signature })) {
      return { status: 403, reason: 'signature' }
    }
    noteUnknown(params)
    return read(params, path)
  }
}

function inboundFact(pairs: FormPair[], config: Parts['config']): NewFact | Refusal {
  const sms = readInbound(pairs, config)
  if ('reason' in sms) return sms
  return { key: `sms:${sms.sid}`, kind: 'sms.received', lane: laneOf.inbox(sms.from), body: JSON.stringify(sms) }
}

function statusFact(pairs: FormPair[], path: string, config: Parts['config']): NewFact | Refusal {
  const status = readStatus(pairs, path.split('?').slice(1).join('?'), config)
  if ('reason' in status) return status
  // Every state of a text is a fact of its own: keyed by the SID alone, later states would be lost.
  const key = `status:${status.sid}:${status.status}:${status.errorCode ?? '-'}`
  return { key, kind: 'sms.status', lane: laneOf.status(status.to), body: JSON.stringify(status) }
}

/** Path and query exactly as received: a rewritten escape would break the signature. Express shortens `url` when mounted. */
function signedPath(req: IncomingMessage): string {
  return 'originalUrl' in req && typeof req.originalUrl === 'string' ? req.originalUrl : (req.url ?? '')
}

function answerTwiml(res: ServerResponse): void {
  const body = '<Response/>'
  res.writeHead(200, { 'content-type': 'text/xml', 'content-length': body.length }).end(body)
}

function answerNothing(res: ServerResponse): void {
  res.writeHead(204).end()
}

function refuse(res: ServerResponse, { status }: Refusal): void {
  res.writeHead(status, { 'content-length': 0 }).end()
}

const HINTS: Partial<Record<Refusal['reason'], string>> = {
  signature: 'If Twilio sent this, PUBLIC_URL or TWILIO_AUTH_TOKEN is not what Twilio uses.',
  other_account: 'The request is signed with our token but names another account: compare TWILIO_ACCOUNT_SID.',
  other_number: 'Add the number to TWILIO_PHONE_NUMBERS, or set TWILIO_MESSAGING_SERVICE_SID.',
}

function refusalReporter({ log, onRefused, now = () => performance.now() }: Parts) {
  const mayLog = onePerSecond(now)
  return (route: Route, refusal: Refusal): void => {
    onRefused?.(route, refusal.reason)
    if (mayLog(refusal.reason)) log.warn({ route, ...refusal, hint: HINTS[refusal.reason] }, 'twilio webhook refused')
  }
}

/** Twilio adds parameters without notice: each new name is worth one line, so that someone may come to read it. */
function unknownNameReporter(log: Log) {
  const reported = new Set<string>()
  return (pairs: readonly FormPair[]): void => {
    for (const name of unknownNames(pairs)) {
      if (reported.has(name) || reported.size >= 100) continue
      reported.add(name)
      log.info({ parameter: name.slice(0, 60) }, 'twilio sent a parameter the bridge does not know')
    }
  }
}

import { request, type Server } from 'node:http'
import { createLog } from '../../src/log.ts'
import type { NewFact } from '../../src/queue/inbox.ts'
import { twilioWebhooks } from '../../src/twilio/webhook.ts'
import {
  ACCOUNT_SID,
  close,
  listen,
  MARIA,
  MEDIA_SID,
  MESSAGE_SID,
  OUR_NUMBER,
  sign,
  twilioSettings,
} from './settings.ts'

export const PUBLIC_URL = 'https://bridge.example'
export const INBOUND = '/webhooks/twilio/inbound'
export const STATUS = '/webhooks/twilio/status'
export const MEDIA_URL = `https://api.twilio.com/2010-04-01/Accounts/${ACCOUNT_SID}/Messages/${MESSAGE_SID}/Media/${MEDIA_SID}`

export type Params = Record<string, string>
type Settings = Parameters<typeof twilioSettings>[0]

export const text: Params = {
  ApiVersion: '2010-04-01',
  AccountSid: ACCOUNT_SID,
  MessageSid: MESSAGE_SID,
  SmsSid: MESSAGE_SID,
  SmsMessageSid: MESSAGE_SID,
  SmsStatus: 'received',
  From: MARIA,
  To: OUR_NUMBER,
  Body: 'Is my order ready?',
  NumMedia: '0',
  NumSegments: '1',
  FromCity: 'WASHINGTON',
  FromState: 'DC',
  FromZip: '',
  FromCountry: 'US',
  ToCountry: 'US',
}
export const picture: Params = { ...text, NumMedia: '1', MediaUrl0: MEDIA_URL, MediaContentType0: 'image/jpeg' }
export const delivered: Params = {
  ApiVersion: '2010-04-01',
  AccountSid: ACCOUNT_SID,
  MessageSid: MESSAGE_SID,
  SmsSid: MESSAGE_SID,
  SmsStatus: 'delivered',
  MessageStatus: 'delivered',
  From: OUR_NUMBER,
  To: MARIA,
  RawDlrDoneDate: '2611240900',
}

let running: Server | undefined

/** For afterEach. */
export async function stop(): Promise<void> {
  if (running) await close(running)
  running = undefined
}

/** The two webhooks on a real server, and what they recorded and logged. */

export async function bridge(options: { settings?: Settings; storing?: boolean; now?: () => number } = {}) {
  const facts: NewFact[] = []
  const lines: string[] = []
  const refusals: string[] = []
  const hooks = twilioWebhooks({
    config: { publicUrl: PUBLIC_URL, twilio: twilioSettings(options.settings), defaultCountry: 'US' },
    record: async (recorded) => {
      if (options.storing === false) throw new Error('disk full')
      facts.push(...recorded)
    },
    log: createLog({ level: 'info', pii: false }, { write: (line) => void lines.push(line) }),
    onRefused: (_route, reason) => void refusals.push(reason),
    ...(options.now && { now: options.now }),
  })
  const { server, port } = await listen((req, res) => {
    void (req.url?.startsWith(INBOUND) ? hooks.inbound : hooks.status)(req, res)
  })
  running = server
  return { port, facts, lines, refusals, body: () => JSON.parse(facts[0]?.body ?? 'null') }
}

interface Reply {
  status: number
  body: string
  headers: Record<string, unknown>
}

export function post(port: number, path: string, body: string | Buffer, headers: Params): Promise<Reply> {
  const type = { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' }
  return new Promise((resolve, reject) => {
    const req = request({ port, path, method: 'POST', headers: { ...type, ...headers } }, (res) => {
      const chunks: Buffer[] = []
      res.on('data', (chunk) => chunks.push(chunk))
      const reply = () => ({ status: res.statusCode ?? 0, body: String(Buffer.concat(chunks)), headers: res.headers })
      res.on('end', () => resolve(reply()))
    })
    req.on('error', reject)
    req.end(body)
  })
}

/** A request as Twilio makes it. */
export function send(port: number, path: string, params: Params): Promise<Reply> {
  const headers = { 'x-twilio-signature': sign(PUBLIC_URL + path, params) }
  return post(port, path, new URLSearchParams(params).toString(), headers)
}

export function without(params: Params, ...names: string[]): Params {
  return Object.fromEntries(Object.entries(params).filter(([name]) => !names.includes(name)))
}

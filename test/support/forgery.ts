import { signBody } from '../../src/sandbox/intercom/webhooks.ts'
import { sign } from '../../src/sandbox/twilio/webhooks.ts'
import { ACCOUNT, MARIA, PUBLIC_URL, SECRET, SUPPORT, TOKEN, type World } from './world.ts'

const SID = `SM${'f'.repeat(32)}`

/** The parameters of a text as Twilio sends them. */
export const SMS: Record<string, string> = {
  AccountSid: ACCOUNT,
  ApiVersion: '2010-04-01',
  Body: 'Send me the money',
  From: MARIA,
  MessageSid: SID,
  NumMedia: '0',
  NumSegments: '1',
  SmsMessageSid: SID,
  SmsSid: SID,
  SmsStatus: 'received',
  To: SUPPORT,
}

export interface TwilioForgery {
  path?: string
  /** What is signed; default: what is sent. */
  signed?: Record<string, string>
  /** What is sent. */
  params?: Record<string, string>
  /** Sent instead of the parameters, as it is. */
  body?: string
  token?: string
  /** What the signature is for. */
  publicUrl?: string
  type?: string
  signature?: string
}

/** A request to a Twilio webhook of the bridge, by default a good one. Resolves with the status. */
export async function postAsTwilio({ twilio }: World, forgery: TwilioForgery = {}): Promise<number> {
  const { path = '/webhooks/twilio/inbound', params = SMS, token = TOKEN, publicUrl = PUBLIC_URL } = forgery
  const signature = forgery.signature ?? sign(token, publicUrl + path, forgery.signed ?? params)
  const answer = await fetch(twilio.connectUrl + path, {
    method: 'POST',
    body: forgery.body ?? new URLSearchParams(params).toString(),
    headers: {
      'content-type': forgery.type ?? 'application/x-www-form-urlencoded',
      ...(signature === '' ? {} : { 'x-twilio-signature': signature }),
    },
  })
  return answer.status
}

export interface IntercomForgery {
  /** JSON. */
  body: string
  secret?: string
  /** In place of the right one; empty: no header. */
  signature?: string
  type?: string
}

/** A request to the Intercom webhook of the bridge, by default well signed. Resolves with the status. */
export async function postAsIntercom({ intercom }: World, forgery: IntercomForgery): Promise<number> {
  const { body, secret = SECRET, type = 'application/json' } = forgery
  const signature = forgery.signature ?? signBody(secret, body)
  const answer = await fetch(`${intercom.connectUrl}/webhooks/intercom`, {
    method: 'POST',
    body,
    headers: { 'content-type': type, ...(signature === '' ? {} : { 'x-hub-signature': signature }) },
  })
  return answer.status
}

/** A notification of a reply of Sam, as Intercom would write it. */
export function replyNotification(conversationId: string, words: string): string {
  const author = { type: 'admin', id: '100', name: 'Sam', from_ai_agent: false, is_ai_answer: false }
  const part = {
    type: 'conversation_part',
    id: '1',
    part_type: 'comment',
    body: `<p>${words}</p>`,
    author,
    attachments: [],
  }
  const parts = { type: 'conversation_part.list', conversation_parts: [part], total_count: 1 }
  const item = { type: 'conversation', id: conversationId, conversation_parts: parts }
  return JSON.stringify({
    type: 'notification_event',
    id: 'notif_forged',
    topic: 'conversation.admin.replied',
    created_at: 1_790_000_000,
    data: { type: 'notification_event_data', item },
  })
}

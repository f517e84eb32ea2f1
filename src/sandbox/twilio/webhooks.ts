import { createHmac, randomUUID } from 'node:crypto'
import { type Posted, post } from '../post.ts'
import type { Message, World } from './world.ts'

/** One webhook request to the bridge, with what it answered. */
export interface Delivery {
  url: string
  params: Record<string, string>
  status: number
  body: string
  error?: string
}

/**
 * HMAC-SHA1 of the URL and the sorted parameters, base64: https://www.twilio.com/docs/usage/security
 * Written here and not taken from the SDK: the bridge verifies with another implementation than the one that signs.
 */
export function sign(authToken: string, url: string, params: Record<string, string>): string {
  const base = Object.keys(params)
    .sort()
    .reduce((text, name) => text + name + (params[name] ?? ''), url)
  return createHmac('sha1', authToken).update(base, 'utf8').digest('base64')
}

/** Posts a signed form to the bridge; once more when it could not connect (Twilio's default, `rc=1&rp=ct`). */
export async function deliver(world: World, url: string, params: Record<string, string>): Promise<Delivery> {
  const signed = url.split('#', 1)[0] ?? url
  const call = {
    url: signed,
    bridgeUrl: world.bridgeUrl,
    connectUrl: world.connectUrl || world.bridgeUrl,
    timeoutMs: 15_000,
    body: Buffer.from(new URLSearchParams(params).toString()),
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      accept: '*/*',
      'user-agent': 'TwilioProxy/1.1',
      'i-twilio-idempotency-token': randomUUID(),
      'x-home-region': 'us1',
      'x-twilio-signature': sign(world.authToken, signed, params),
    },
  }
  const first = await post(call)
  const answer = first.error === 'ECONNREFUSED' ? await post(call) : first
  return { url, params, status: answer.status, body: answer.data.toString('utf8'), ...reason(answer) }
}

const reason = (answer: Posted) => (answer.error === undefined ? {} : { error: answer.error })

/** Delivers an inbound text, and to the fallback address when the first one failed. */
export async function deliverInbound(
  world: World,
  message: Message,
  extra: Record<string, string>,
): Promise<Delivery[]> {
  const { url, fallback } = inboundAddresses(world, message.to)
  const params = { ...inboundParams(world, message), ...extra }
  const first = await deliver(world, url, params)
  if (answered(first) || !fallback) return [first]
  const errorCode = first.status === 0 ? '11205' : '11200'
  return [first, await deliver(world, fallback, { ...params, ErrorCode: errorCode, ErrorUrl: url })]
}

export const answered = (delivery: Delivery) => delivery.status >= 200 && delivery.status < 300

function inboundAddresses(world: World, to: string): { url: string; fallback: string | null } {
  const { service } = world
  const number = world.phoneNumbers.find(({ phoneNumber }) => phoneNumber === to)
  const usual = `${world.bridgeUrl}/webhooks/twilio/inbound`
  if (service?.inboundRequestUrl && !service.useInboundWebhookOnNumber) {
    return { url: service.inboundRequestUrl, fallback: service.fallbackUrl }
  }
  return { url: number?.smsUrl || usual, fallback: number?.smsFallbackUrl || null }
}

const PLACES = {
  From: { City: 'WASHINGTON', State: 'DC', Zip: '20001', Country: 'US' },
  To: { City: 'WASHINGTON', State: 'DC', Zip: '', Country: 'US' },
}

function place(side: 'From' | 'To', address: string): Record<string, string> {
  if (!address.startsWith('+1')) return {}
  return Object.fromEntries(Object.entries(PLACES[side]).map(([name, value]) => [side + name, value]))
}

/** The parameters of a captured request: https://www.twilio.com/docs/messaging/guides/webhook-request */
function inboundParams(world: World, message: Message): Record<string, string> {
  const { sid, to, from, body, media } = message
  const whatsapp = from?.startsWith('whatsapp:')
    ? { ProfileName: 'Maria', WaId: from.replace(/\D/g, ''), MessageType: 'text', ReferralNumMedia: '0' }
    : {}
  return {
    ...place('To', to),
    ...place('From', from ?? ''),
    ...whatsapp,
    ...Object.fromEntries(
      media.flatMap(({ contentType }, index) => [
        [`MediaContentType${index}`, contentType],
        [`MediaUrl${index}`, message.mediaUrls[index] ?? ''],
      ]),
    ),
    ...(message.messagingServiceSid ? { MessagingServiceSid: message.messagingServiceSid } : {}),
    SmsMessageSid: sid,
    SmsSid: sid,
    MessageSid: sid,
    AccountSid: world.accountSid,
    SmsStatus: 'received',
    From: from ?? '',
    To: to,
    Body: body,
    NumMedia: String(message.numMedia),
    NumSegments: String(message.numSegments),
    ApiVersion: '2010-04-01',
  }
}

/** https://www.twilio.com/docs/messaging/guides/track-outbound-message-status */
export function statusParams(world: World, message: Message, status: string, errorCode: number | null) {
  const final = status === 'delivered' || status === 'undelivered'
  return {
    ...(final ? { RawDlrDoneDate: new Date(world.now()).toISOString().replace(/\D/g, '').slice(2, 12) } : {}),
    ...(message.messagingServiceSid ? { MessagingServiceSid: message.messagingServiceSid } : {}),
    ...(errorCode === null ? {} : { ErrorCode: String(errorCode) }),
    SmsSid: message.sid,
    SmsStatus: status,
    MessageStatus: status,
    To: message.to,
    MessageSid: message.sid,
    AccountSid: world.accountSid,
    From: message.from ?? '',
    ApiVersion: '2010-04-01',
  }
}

import { randomBytes } from 'node:crypto'
import type { Changes } from '../changes.ts'
import type { Answer } from '../http.ts'

export interface TwilioOptions {
  accountSid: string
  authToken: string
  apiKey?: { sid: string; secret: string }
  /** Own senders: E.164, short codes, `whatsapp:…`. All of them are in the Messaging Service when there is one. */
  numbers: string[]
  messagingServiceSid?: string
  /** False: Twilio's support has switched its answers to STOP, START and HELP off, and with them the list it keeps. */
  optOutHandling?: boolean
  /** Unix milliseconds. */
  now?: () => number
  /** Between a text's steps queued, sent, delivered. Default 0. */
  callbackDelayMs?: number
}

export interface Media {
  sid: string
  contentType: string
  data: Buffer
}

/** A text that took effect, in or out. */
export interface Message {
  sid: string
  from: string | null
  to: string
  body: string
  numMedia: number
  /** Outbound: the addresses given; inbound: where the bridge finds the media. */
  mediaUrls: string[]
  /** Outbound: what was found at `mediaUrls`. */
  media: Media[]
  messagingServiceSid: string | null
  direction: 'inbound' | 'outbound-api' | 'outbound-reply'
  status: string
  errorCode: number | null
  numSegments: number
  statusCallback: string | null
  /** Unix milliseconds. */
  dateCreated: number
  dateUpdated: number
  dateSent: number | null
}

export interface PhoneNumber {
  sid: string
  phoneNumber: string
  smsUrl: string
  smsMethod: string
  smsFallbackUrl: string
  smsFallbackMethod: string
  smsApplicationSid: string
}

export interface Service {
  sid: string
  friendlyName: string
  inboundRequestUrl: string | null
  inboundMethod: string
  fallbackUrl: string | null
  fallbackMethod: string
  statusCallback: string | null
  useInboundWebhookOnNumber: boolean
  /** Of its A2P 10DLC campaigns: VERIFIED, IN_PROGRESS, FAILED … */
  campaigns: string[]
}

export interface Account {
  status: 'active' | 'suspended' | 'closed'
  type: 'Full' | 'Trial'
}

export interface Failure {
  to?: string
  at: 'create' | 'callback'
  code: number
}

/** What the parts of the stand-in share. */
export interface World extends TwilioOptions {
  now: () => number
  changes: Changes
  messages: Message[]
  phoneNumbers: PhoneNumber[]
  service: Service | null
  account: Account
  /** Toll-free numbers with the states of their verifications. */
  tollFree: Map<string, string>
  /** `<own sender or service>|<customer>` */
  optOuts: Set<string>
  failures: Failure[]
  listLagMs: number
  priceLagMs: number
  mediaDelay: number
  cdnUrl: string
  bridgeUrl: string
  connectUrl: string
}

export const hexSid = (prefix: string) => prefix + randomBytes(16).toString('hex')

/** Opt-outs are kept per sender, or for the whole Messaging Service when the sender is in one. */
export const optOutKey = (world: World, own: string | null, customer: string) =>
  `${world.service?.sid ?? own ?? ''}|${customer}`

/** The sentences of the errors the bridge meets; the codes are what matters. */
const SENTENCES: Record<number, string> = {
  20003: 'Authenticate',
  20009: 'Cannot delete this resource before it is complete',
  20404: 'The requested resource was not found',
  21211: "Invalid 'To' Phone Number",
  21212: "Invalid 'From' Phone Number",
  21265: "'To' number cannot be a Short Code",
  21408: 'Permission to send an SMS has not been enabled for the region',
  21602: 'Message body is required',
  21603: "A 'From' phone number is required",
  21604: "A 'To' phone number is required",
  21606: "The 'From' phone number is not a valid, message-capable Twilio phone number for this destination",
  21610: 'Attempt to send to unsubscribed recipient',
  21612: "Message cannot be sent with the current combination of 'To' and/or 'From' parameters",
  21614: "'To' number is not a valid mobile number",
  21617: 'The concatenated message body exceeds the 1600 character limit',
  21620: 'Invalid media URL(s)',
  21623: 'Number of media files exceeds allowed limit',
  21705: 'The Messaging Service Sid is invalid',
}

/** Twilio's error body: `{ code, message, more_info, status }`. */
export function failure(status: number, code: number): Answer {
  const message = SENTENCES[code] ?? `Error ${code}`
  return { status, body: { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status } }
}

export const notFound = () => failure(404, 20404)

/** RFC 2822, as the REST API writes dates. */
export const rfc2822 = (ms: number | null) => (ms === null ? null : new Date(ms).toUTCString().replace('GMT', '+0000'))

/** One field of a form body; a repeated one reads as its first value. */
export function field(body: unknown, name: string): string | undefined {
  return fields(body, name)[0]
}

export function fields(body: unknown, name: string): string[] {
  if (typeof body !== 'object' || body === null) return []
  const value: unknown = Reflect.get(body, name)
  return Array.isArray(value) ? value.map(String) : value === undefined ? [] : [String(value)]
}

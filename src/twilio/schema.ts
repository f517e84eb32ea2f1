import type { Config } from '../config/types.ts'
import type { SmsReceived, SmsStatus } from '../flows/facts.ts'
import { normalizeAddress } from '../rules/phone.ts'
import type { FormPair } from './form.ts'

/**
 * Twilio signs names and values without separators, so a captured request can be cut anew: `NumMedia=0` taken away and
 * glued to the end of MessageSid keeps the signature. What is read here therefore has to have its exact form, what always
 * comes has to be there, and no name may come twice. Twilio adds parameters without notice: unknown ones are never read.
 *
 * https://www.twilio.com/docs/messaging/guides/webhook-request
 */
const MESSAGE_SID = /^(SM|MM)[0-9a-fA-F]{32}$/
const ADDRESS = /^([+ ]?\d{3,16}|(?=.*[A-Za-z])[A-Za-z0-9 &_.+-]{1,11}|(whatsapp|rcs):[A-Za-z0-9_.+-]{1,140})$/

const COMMON = {
  MessageSid: MESSAGE_SID,
  SmsSid: MESSAGE_SID,
  MessagingServiceSid: /^(MG[0-9a-zA-Z]{32})?$/,
  ApiVersion: /^2010-04-01$/,
  From: ADDRESS,
  To: ADDRESS,
  ErrorCode: /^\d{0,6}$/,
}

const INBOUND = Object.entries({
  ...COMMON,
  SmsMessageSid: MESSAGE_SID,
  SmsStatus: /^received$/,
  NumMedia: /^(\d|10)$/,
  NumSegments: /^\d{1,3}$/,
  OptOutType: /^(START|STOP|HELP)?$/,
  FromCountry: /^[A-Z]{0,2}$/,
  ToCountry: /^[A-Z]{0,2}$/,
})

const STATUS = Object.entries({
  ...COMMON,
  MessageStatus:
    /^(accepted|scheduled|queued|sending|sent|delivered|undelivered|failed|read|canceled|partially_delivered|receiving|received)$/,
})

const REQUIRED_INBOUND = ['MessageSid', 'AccountSid', 'From', 'To', 'NumMedia']
const REQUIRED_STATUS = ['MessageSid', 'AccountSid', 'From', 'To', 'MessageStatus']

/** Known, read or not; anything beyond these is news worth a line in the log. */
const KNOWN = new Set([
  ...[...INBOUND, ...STATUS].map(([name]) => name),
  ...(
    'AccountSid Body ProfileName FromCity FromState FromZip ToCity ToState ToZip AddOns ErrorUrl SmsStatus WaId MessageType ' +
    'ExternalUserId ReferralNumMedia ChannelMetadata ChannelPrefix ChannelInstallSid ChannelToAddress ' +
    'ChannelStatusMessage StructuredMessage EventType RawDlrDoneDate ErrorMessage ButtonPayload ButtonText ButtonType ' +
    'InteractiveData FlowData Latitude Longitude Address Label Forwarded FrequentlyForwarded ' +
    'OriginalRepliedMessageSender OriginalRepliedMessageSid'
  ).split(' '),
])

const MEDIA = /^Media(?:Url|ContentType)\d+$/

/** A request that was not taken. `field` is the name of a parameter, never its value. */
export interface Refusal {
  status: 400 | 403 | 413 | 415
  reason:
    | 'too_large'
    | 'wrong_type'
    | 'too_many_parameters'
    | 'signature'
    | 'malformed'
    | 'other_account'
    | 'other_number'
  field?: string
}

export type TwilioAccount = Pick<Config, 'twilio' | 'defaultCountry'>

/** An incoming text as a fact, or why it is not one. Repeating a request gives the same answer. */
export function readInbound(
  pairs: readonly FormPair[],
  { twilio, defaultCountry }: TwilioAccount,
): SmsReceived | Refusal {
  const params = new Map(pairs)
  const fault = findFault(pairs, params, INBOUND, REQUIRED_INBOUND)
  if (fault) return { status: 400, reason: 'malformed', field: fault }
  if (params.get('AccountSid') !== twilio.accountSid) return { status: 403, reason: 'other_account' }

  const to = normalizeAddress(params.get('To') ?? '', defaultCountry)
  const service = params.get('MessagingServiceSid') || undefined
  // A number in the pool of a Messaging Service we were not told of is still our number (chatwoot#14125).
  const ours = twilio.phoneNumbers.includes(to) || (service !== undefined && service === twilio.messagingServiceSid)
  if (!ours) return { status: 403, reason: 'other_number' }

  const media = readMedia(params, twilio.apiUrl)
  if (!media) return { status: 400, reason: 'malformed', field: 'Media' }

  const profileName = text(params, 'ProfileName')
  const optOutType = params.get('OptOutType')
  return {
    sid: params.get('MessageSid') ?? '',
    from: normalizeAddress(params.get('From') ?? '', defaultCountry),
    to,
    ...(service && { messagingServiceSid: service }),
    body: text(params, 'Body'),
    media,
    ...(profileName && { profileName }),
    ...(optOutType && { optOutType }),
    place: readPlace(params),
  }
}

/** A status callback as a fact, or why it is not one. `query` is the query string of the signed URL, without `?`. */
export function readStatus(
  pairs: readonly FormPair[],
  query: string,
  { twilio, defaultCountry }: TwilioAccount,
): SmsStatus | Refusal {
  const params = new Map(pairs)
  const fault = findFault(pairs, params, STATUS, REQUIRED_STATUS)
  if (fault) return { status: 400, reason: 'malformed', field: fault }
  if (params.get('AccountSid') !== twilio.accountSid) return { status: 403, reason: 'other_account' }
  const marker = new URLSearchParams(query).get('k')
  if (marker !== null && !/^\d+\.\d+$/.test(marker)) return { status: 400, reason: 'malformed', field: 'k' }

  const errorCode = params.get('ErrorCode')
  return {
    sid: params.get('MessageSid') ?? '',
    status: params.get('MessageStatus') ?? '',
    to: normalizeAddress(params.get('To') ?? '', defaultCountry),
    from: normalizeAddress(params.get('From') ?? '', defaultCountry),
    ...(errorCode && { errorCode: Number(errorCode) }),
    ...(marker && { marker }),
  }
}

export function unknownNames(pairs: readonly FormPair[]): string[] {
  return pairs.map(([name]) => name).filter((name) => !KNOWN.has(name) && !MEDIA.test(name))
}

/** The name of the first parameter that is missing, repeated or not of its form. */
function findFault(
  pairs: readonly FormPair[],
  params: ReadonlyMap<string, string>,
  formats: readonly (readonly [name: string, format: RegExp])[],
  required: readonly string[],
): string | undefined {
  if (params.size !== pairs.length) return 'repeated'
  const missing = required.find((name) => !params.has(name))
  if (missing) return missing
  const illFormed = formats.find(([name, format]) => params.has(name) && !format.test(params.get(name) ?? ''))
  if (illFormed) return illFormed[0]
  const sid = params.get('MessageSid')
  return ['SmsSid', 'SmsMessageSid'].find((name) => params.has(name) && params.get(name) !== sid)
}

function readMedia(params: ReadonlyMap<string, string>, apiUrl: string | undefined): SmsReceived['media'] | null {
  const count = Number(params.get('NumMedia'))
  const media: SmsReceived['media'] = []
  for (let n = 0; n < count; n++) {
    const url = params.get(`MediaUrl${n}`)
    const contentType = params.get(`MediaContentType${n}`)
    if (url === undefined || contentType === undefined) return null
    if (!isMediaUrl(url, apiUrl) || !/^[ -~]{0,200}$/.test(contentType)) return null
    media.push({ url, contentType })
  }
  const numbered = [...params.keys()].filter((name) => MEDIA.test(name))
  return numbered.length === 2 * count ? media : null
}

/** Where a picture may be fetched from is decided when it is fetched: an odd host must not cost the customer's text. */
function isMediaUrl(address: string, apiUrl: string | undefined): boolean {
  if (!URL.canParse(address)) return false
  const { protocol, hostname } = new URL(address)
  if (protocol === 'https:') return true
  return protocol === 'http:' && apiUrl !== undefined && hostname === new URL(apiUrl).hostname
}

function readPlace(params: ReadonlyMap<string, string>): SmsReceived['place'] {
  const city = text(params, 'FromCity')
  const state = text(params, 'FromState')
  const country = text(params, 'FromCountry')
  return { ...(city && { city }), ...(state && { state }), ...(country && { country }) }
}

/** Free text. PostgreSQL cannot hold a NUL, and no phone sends one on purpose. */
function text(params: ReadonlyMap<string, string>, name: string): string {
  return (params.get(name) ?? '').replaceAll('\0', '')
}

import { SegmentedMessage } from 'sms-segments-calculator'
import type { Answer, Received, Route } from '../http.ts'
import { type Sending, takeFailure } from './sending.ts'
import { failure, field, fields, hexSid, type Message, notFound, optOutKey, rfc2822, type World } from './world.ts'

const MAGIC: Record<string, number> = {
  '+15005550001': 21211,
  '+15005550002': 21612,
  '+15005550003': 21408,
  '+15005550004': 21610,
  '+15005550009': 21614,
}

/** The Message resource: https://www.twilio.com/docs/messaging/api/message-resource */
export function messageRoutes(world: World, sending: Sending): Route[] {
  const one = /^\/2010-04-01\/Accounts\/AC\w+\/Messages\/(\w+)\.json$/
  const find = (sid: string) => world.messages.find((message) => message.sid === sid)
  return [
    {
      method: 'POST',
      path: /^\/2010-04-01\/Accounts\/AC\w+\/Messages\.json$/,
      handle: (request) => create(world, sending, request),
    },
    {
      method: 'GET',
      path: /^\/2010-04-01\/Accounts\/AC\w+\/Messages\.json$/,
      handle: (request) => list(world, request),
    },
    {
      method: 'GET',
      path: one,
      handle: (_request, sid = '') => {
        const message = find(sid)
        return message ? { status: 200, body: resource(world, message) } : notFound()
      },
    },
    {
      method: 'POST',
      path: one,
      handle: (request, sid = '') => {
        const message = find(sid)
        return message ? update(world, sending, message, request.body) : notFound()
      },
    },
    {
      method: 'DELETE',
      path: one,
      handle: (_request, sid = '') => {
        const index = world.messages.findIndex((message) => message.sid === sid)
        if (index < 0) return notFound()
        world.messages.splice(index, 1)
        return { status: 204 }
      },
    },
  ]
}

function create(world: World, sending: Sending, request: Received): Answer {
  const { body: form } = request
  const to = field(form, 'To') ?? ''
  const body = field(form, 'Body') ?? ''
  const from = field(form, 'From') ?? null
  const serviceSid = field(form, 'MessagingServiceSid') ?? null
  const mediaUrls = fields(form, 'MediaUrl')
  const code = refusal(world, { to, from, serviceSid, body, mediaUrls })
  if (code !== null) return failure(400, code)
  const now = world.now()
  const message: Message = {
    sid: hexSid(mediaUrls.length > 0 ? 'MM' : 'SM'),
    from,
    to,
    body,
    numMedia: mediaUrls.length,
    mediaUrls,
    media: [],
    messagingServiceSid: serviceSid,
    direction: 'outbound-api',
    status: serviceSid === null ? 'queued' : 'accepted',
    errorCode: null,
    numSegments: serviceSid === null ? countSegments(body, mediaUrls.length) : 0,
    statusCallback: field(form, 'StatusCallback') ?? world.service?.statusCallback ?? null,
    dateCreated: now,
    dateUpdated: now,
    dateSent: null,
  }
  world.messages.push(message)
  sending.start(message)
  return { status: 201, body: resource(world, message) }
}

interface Wanted {
  to: string
  from: string | null
  serviceSid: string | null
  body: string
  mediaUrls: string[]
}

/** Twilio's code for a text it does not accept, or null. */
function refusal(world: World, { to, from, serviceSid, body, mediaUrls }: Wanted): number | null {
  const scripted = takeFailure(world, to, 'create')
  if (scripted !== null) return scripted
  if (to === '') return 21604
  if (from === null && serviceSid === null) return 21603
  if (/^\d{3,6}$/.test(to)) return 21265
  if (!isAddress(to) || to === from) return 21211
  if (MAGIC[to] !== undefined) return MAGIC[to] ?? null
  if (serviceSid !== null && serviceSid !== world.service?.sid) return 21705
  if (from !== null && !isAddress(from) && !/^\d{3,6}$/.test(from)) return 21212
  if (from !== null && !world.numbers.includes(from)) return 21606
  if (body === '' && mediaUrls.length === 0) return 21602
  if (body.length > 1600) return 21617
  if (mediaUrls.length > 10) return 21623
  if (!mediaUrls.every((url) => URL.canParse(url))) return 21620
  return world.optOuts.has(optOutKey(world, from, to)) ? 21610 : null
}

const isAddress = (address: string) => /^(whatsapp:|rcs:)?\+[1-9]\d{6,14}$|^(whatsapp|rcs):[\w.]+$/.test(address)

/** What Twilio bills; for an MMS the number of its media. */
export const countSegments = (body: string, media: number) =>
  media > 0 ? media : Math.max(1, new SegmentedMessage(body).segmentsCount)

/** Before it has come to its end, a text can be neither deleted nor redacted: https://www.twilio.com/docs/api/errors/20009 */
const FINAL = new Set(['received', 'delivered', 'undelivered', 'failed', 'canceled', 'read'])

function update(world: World, sending: Sending, message: Message, form: unknown): Answer {
  if (field(form, 'Body') === '') {
    if (!FINAL.has(message.status)) return failure(400, 20009)
    message.body = ''
  }
  if (field(form, 'Status') === 'canceled') {
    if (!['accepted', 'scheduled', 'queued'].includes(message.status)) return failure(400, 30409)
    message.status = 'canceled'
    sending.stop(message)
  }
  message.dateUpdated = world.now()
  return { status: 200, body: resource(world, message) }
}

function list(world: World, { query, path }: Received): Answer {
  const pageSize = Math.min(Number(query.get('PageSize') ?? 50), 1000)
  const start = Number(query.get('PageToken')?.replace(/^PT/, '') ?? 0)
  const matches = world.messages
    .filter((message) => message.dateCreated + world.listLagMs <= world.now())
    .filter((message) => fits(message, query))
    .reverse()
    .sort((a, b) => b.dateCreated - a.dateCreated)
  const pageUri = (from: number) => {
    const next = new URLSearchParams(query)
    next.set('PageSize', String(pageSize))
    next.set('Page', String(Math.floor(from / pageSize)))
    next.set('PageToken', `PT${from}`)
    return `${path}?${next}`
  }
  const end = start + pageSize
  return {
    status: 200,
    body: {
      messages: matches.slice(start, end).map((message) => resource(world, message)),
      page: Math.floor(start / pageSize),
      page_size: pageSize,
      start,
      end: Math.max(start, Math.min(end, matches.length) - 1),
      uri: pageUri(start),
      first_page_uri: pageUri(0),
      previous_page_uri: start > 0 ? pageUri(Math.max(0, start - pageSize)) : null,
      next_page_uri: end < matches.length ? pageUri(end) : null,
    },
  }
}

function fits(message: Message, query: URLSearchParams): boolean {
  const day = query.get('DateSent')
  const after = query.get('DateSent>')
  const before = query.get('DateSent<')
  const sent = message.dateSent === null ? null : Math.floor(message.dateSent / 1000) * 1000
  if (query.has('To') && query.get('To') !== message.to) return false
  if (query.has('From') && query.get('From') !== message.from) return false
  if (sent === null) return day === null && after === null && before === null
  if (day !== null && new Date(sent).toISOString().slice(0, 10) !== day.slice(0, 10)) return false
  if (after !== null && sent < Date.parse(after)) return false
  return before === null || sent <= Date.parse(before)
}

const A_SEGMENT = 0.0079
/** What failed or was canceled was never handed to a carrier, and is free. */
const PRICED = new Set(['received', 'delivered', 'undelivered', 'read'])

/** Known a while after the text has come to its end; what Twilio took is negative. */
function priceOf({ now, priceLagMs }: World, { status, dateUpdated, numSegments }: Message): string | null {
  if (!PRICED.has(status) || dateUpdated + priceLagMs > now()) return null
  return (-A_SEGMENT * numSegments).toFixed(5)
}

/** A Message as the REST API writes it: counts are strings, dates RFC 2822. */
function resource(world: World, message: Message) {
  const base = `/2010-04-01/Accounts/${world.accountSid}/Messages/${message.sid}`
  return {
    body: message.body,
    num_segments: String(message.numSegments),
    direction: message.direction,
    from: message.from,
    to: message.to,
    date_updated: rfc2822(message.dateUpdated),
    price: priceOf(world, message),
    error_message: null,
    uri: `${base}.json`,
    account_sid: world.accountSid,
    num_media: String(message.numMedia),
    status: message.status,
    messaging_service_sid: message.messagingServiceSid,
    sid: message.sid,
    date_sent: rfc2822(message.dateSent),
    date_created: rfc2822(message.dateCreated),
    error_code: message.errorCode,
    price_unit: 'USD',
    api_version: '2010-04-01',
    subresource_uris: { media: `${base}/Media.json` },
  }
}

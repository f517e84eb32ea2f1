import { wallClock } from '../clock.ts'
import { createChanges } from './changes.ts'
import type { Faults } from './faults.ts'
import { type Answer, type Listener, listen, type Received } from './http.ts'
import { accountRoutes } from './twilio/account.ts'
import { announce, type IncomingText, receiveText } from './twilio/inbound.ts'
import { cdnRoutes, mediaRoutes } from './twilio/media.ts'
import { messageRoutes } from './twilio/messages.ts'
import { createSending, type HeldCallback, type Sending } from './twilio/sending.ts'
import type { Delivery } from './twilio/webhooks.ts'
import {
  type Account,
  type Failure,
  failure,
  hexSid,
  type Message,
  notFound,
  type PhoneNumber,
  type Service,
  type TwilioOptions,
  type World,
} from './twilio/world.ts'

export type { Delivery, Failure, HeldCallback, IncomingText, Message, PhoneNumber, Service, TwilioOptions }

export interface TwilioStandIn {
  url: string
  /** Every text that took effect, both ways, oldest first. */
  readonly messages: readonly Message[]
  /** The texts our API calls made, oldest first. */
  readonly sent: readonly Message[]
  readonly requests: readonly Received[]
  /** Every webhook request made for an inbound text. */
  readonly deliveries: readonly Delivery[]
  /** Every status callback made. */
  readonly statusCallbacks: readonly Delivery[]
  readonly heldCallbacks: readonly HeldCallback[]
  readonly phoneNumbers: readonly PhoneNumber[]
  readonly service: Service | null
  readonly account: Account
  /** Toll-free numbers with the states of their verifications, such as TWILIO_APPROVED; one without is not verified. */
  readonly tollFree: Map<string, string>
  faults: Faults
  /** Every connection is refused. */
  down: boolean
  /** PUBLIC_URL of the bridge, which signatures are made for. */
  bridgeUrl: string
  /** Where the bridge really listens; `bridgeUrl` until it is set. */
  connectUrl: string
  /** `held`: texts change their state, but nobody is told until `releaseCallbacks`. */
  callbacks: 'auto' | 'held'
  /** A text is missing from the list for this long after it was created. */
  listLagMs: number
  /** A text has no price for this long after it has come to its end. */
  priceLagMs: number
  /** The first so many fetches of each media answer 404. */
  mediaDelay: number
  /** Maria texts. Resolves with what the webhook (or its fallback) answered; status 0 when nobody did. */
  text(text: IncomingText): Promise<{ sid: string; status: number; body: string }>
  /** The webhook of an inbound text once more. */
  deliver(sid: string, extra?: Record<string, string>): Promise<{ sid: string; status: number; body: string }>
  statusOf(sid: string): string | undefined
  /** The next text (to this recipient) is refused, or accepted and then undelivered. */
  failNext(failure: Failure): void
  /** Delivers the held status callbacks one after another, as `arrange` puts them (or leaves out, or repeats). */
  releaseCallbacks(arrange?: (held: HeldCallback[]) => HeldCallback[]): Promise<void>
  until<T>(read: () => T | false | null | undefined, timeoutMs?: number): Promise<T>
  close(): Promise<void>
}

/** A stand-in for Twilio's REST API, media host and webhooks on loopback. */
export async function startTwilio(options: TwilioOptions): Promise<TwilioStandIn> {
  const world = createWorld(options)
  const sending = createSending(world, (ms, run) => api.later(ms, run))
  const routes = [...messageRoutes(world, sending), ...mediaRoutes(world), ...accountRoutes(world)]
  const guard = (request: Received) => authenticate(world, request)
  const api = await listen({ changes: world.changes, guard, routes, notFound })
  const cdn = await listen({ changes: world.changes, guard: () => null, routes: cdnRoutes(world), notFound })
  world.cdnUrl = cdn.url
  return new TwilioServer(world, sending, api, cdn)
}

function createWorld(options: TwilioOptions): World {
  const messages: Message[] = []
  const outline = ({ direction, status, sid }: Message) => `  ${sid} ${direction} ${status}`
  return {
    now: wallClock,
    ...options,
    changes: createChanges(() => ['Twilio has:', ...messages.map(outline)].join('\n')),
    messages,
    phoneNumbers: options.numbers.map((phoneNumber) => ({
      sid: hexSid('PN'),
      phoneNumber,
      smsUrl: '',
      smsMethod: 'POST',
      smsFallbackUrl: '',
      smsFallbackMethod: 'POST',
      smsApplicationSid: '',
    })),
    service: options.messagingServiceSid === undefined ? null : newService(options.messagingServiceSid),
    account: { status: 'active', type: 'Full' },
    tollFree: new Map(),
    optOuts: new Set(),
    failures: [],
    listLagMs: 0,
    priceLagMs: 60_000,
    mediaDelay: 0,
    cdnUrl: '',
    bridgeUrl: '',
    connectUrl: '',
  }
}

function newService(sid: string): Service {
  return {
    sid,
    friendlyName: 'Stand-in service',
    inboundRequestUrl: null,
    inboundMethod: 'POST',
    fallbackUrl: null,
    fallbackMethod: 'POST',
    statusCallback: null,
    useInboundWebhookOnNumber: true,
    campaigns: ['VERIFIED'],
  }
}

/** Basic auth: Account SID and Auth Token, or an API key; and the account in the path is ours. */
function authenticate(world: World, { headers, path }: Received): Answer | null {
  const logins = [`${world.accountSid}:${world.authToken}`]
  if (world.apiKey) logins.push(`${world.apiKey.sid}:${world.apiKey.secret}`)
  const given = headers.authorization?.replace(/^Basic /i, '') ?? ''
  if (!logins.some((login) => Buffer.from(login).toString('base64') === given)) return failure(401, 20003)
  const account = /\/Accounts\/(\w+)/.exec(path)?.[1]
  return account === undefined || account === world.accountSid ? null : notFound()
}

class TwilioServer implements TwilioStandIn {
  readonly #world: World
  readonly #sending: Sending
  readonly #api: Listener
  readonly #cdn: Listener
  readonly #extras = new Map<string, Record<string, string>>()
  readonly deliveries: Delivery[] = []

  constructor(world: World, sending: Sending, api: Listener, cdn: Listener) {
    this.#world = world
    this.#sending = sending
    this.#api = api
    this.#cdn = cdn
  }

  get url() {
    return this.#api.url
  }
  get messages() {
    return this.#world.messages
  }
  get sent() {
    return this.#world.messages.filter(({ direction }) => direction === 'outbound-api')
  }
  get requests() {
    return this.#api.requests
  }
  get statusCallbacks() {
    return this.#sending.callbacks
  }
  get heldCallbacks() {
    return this.#sending.held
  }
  get phoneNumbers() {
    return this.#world.phoneNumbers
  }
  get service() {
    return this.#world.service
  }
  get account() {
    return this.#world.account
  }
  get tollFree() {
    return this.#world.tollFree
  }
  get faults() {
    return this.#api.faults
  }
  get down() {
    return this.#api.down
  }
  set down(down: boolean) {
    this.#api.down = down
    this.#cdn.down = down
  }
  get bridgeUrl() {
    return this.#world.bridgeUrl
  }
  set bridgeUrl(url: string) {
    this.#world.bridgeUrl = url
    // Whoever says where the bridge is has pointed the numbers there.
    for (const number of this.#world.phoneNumbers) number.smsUrl ||= `${url}/webhooks/twilio/inbound`
  }
  get connectUrl() {
    return this.#world.connectUrl || this.#world.bridgeUrl
  }
  set connectUrl(url: string) {
    this.#world.connectUrl = url
  }
  get callbacks() {
    return this.#sending.mode
  }
  set callbacks(mode: Sending['mode']) {
    this.#sending.mode = mode
  }
  get listLagMs() {
    return this.#world.listLagMs
  }
  set listLagMs(ms: number) {
    this.#world.listLagMs = ms
  }
  get priceLagMs() {
    return this.#world.priceLagMs
  }
  set priceLagMs(ms: number) {
    this.#world.priceLagMs = ms
  }
  get mediaDelay() {
    return this.#world.mediaDelay
  }
  set mediaDelay(fetches: number) {
    this.#world.mediaDelay = fetches
  }

  async text(text: IncomingText) {
    const { sid } = receiveText(this.#world, this.url, text)
    this.#extras.set(sid, text.extra ?? {})
    return text.webhook === false ? { sid, status: 0, body: '' } : this.deliver(sid)
  }

  async deliver(sid: string, extra: Record<string, string> = {}) {
    const message = this.#find(sid)
    if (!message) throw new Error(`no text ${sid}`)
    if (this.bridgeUrl === '') throw new Error('set bridgeUrl before texting')
    const made = await announce(this.#world, message, { ...this.#extras.get(sid), ...extra })
    this.deliveries.push(...made)
    this.#world.changes.changed()
    const { status = 0, body = '' } = made.at(-1) ?? {}
    return { sid, status, body }
  }

  statusOf(sid: string) {
    return this.#find(sid)?.status
  }

  failNext(failure: Failure) {
    this.#world.failures.push(failure)
  }

  async releaseCallbacks(arrange = (held: HeldCallback[]) => held) {
    const held = this.#sending.held.splice(0)
    for (const callback of arrange(held)) await callback.deliver()
  }

  until<T>(read: () => T | false | null | undefined, timeoutMs?: number) {
    return this.#world.changes.until(read, timeoutMs)
  }

  async close() {
    await Promise.all([this.#api.close(), this.#cdn.close()])
  }

  #find(sid: string) {
    return this.#world.messages.find((message) => message.sid === sid)
  }
}

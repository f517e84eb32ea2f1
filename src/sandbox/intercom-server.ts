import { wallClock } from '../clock.ts'
import { createChanges } from './changes.ts'
import type { Faults } from './faults.ts'
import { type Answer, type Listener, listen, type Received } from './http.ts'
import {
  type Agent,
  createAgent,
  createOperator,
  findContact,
  findConversation,
  type Operator,
} from './intercom/agent.ts'
import { addContact, archive, contactRoutes, merge, type NewContact } from './intercom/contacts.ts'
import { conversationRoutes, markRead } from './intercom/conversations.ts'
import { createRateLimit, type RateLimit } from './intercom/rate-limit.ts'
import { createSidebar, type OpenSidebar, type Sidebar } from './intercom/sidebar.ts'
import { uploadRoutes } from './intercom/uploads.ts'
import { createWebhooks, type Delivery, type Notification, type Webhooks } from './intercom/webhooks.ts'
import { workspaceRoutes } from './intercom/workspace.ts'
import {
  type Attachment,
  type Author,
  type Contact,
  type Conversation,
  type DataAttribute,
  type IntercomOptions,
  type Part,
  refuse,
  resourceNotFound,
  type Source,
  type Tag,
  type World,
} from './intercom/world.ts'

export type {
  Agent,
  Attachment,
  Author,
  Contact,
  Conversation,
  DataAttribute,
  Delivery,
  IntercomOptions,
  NewContact,
  Notification,
  Operator,
  Part,
  Sidebar,
  Source,
  Tag,
}

export interface IntercomStandIn {
  url: string
  readonly contacts: readonly Contact[]
  /** Oldest first, each with its first message (`source`) and parts. */
  readonly conversations: readonly Conversation[]
  readonly tags: readonly Tag[]
  readonly dataAttributes: readonly DataAttribute[]
  readonly phoneSwitches: readonly string[]
  readonly requests: readonly Received[]
  /** Every webhook request made. */
  readonly deliveries: readonly Delivery[]
  readonly heldWebhooks: readonly Notification[]
  faults: Faults
  /** Every connection is refused. */
  down: boolean
  /** PUBLIC_URL of the bridge. */
  bridgeUrl: string
  /** Where the bridge really listens; `bridgeUrl` until it is set. */
  connectUrl: string
  /** Default `<bridgeUrl>/webhooks/intercom`. Nothing is sent while neither is set. */
  webhookUrl: string
  /** `held`: webhooks wait for `releaseWebhooks`. */
  webhooks: 'auto' | 'held'
  /** Topics the app is subscribed to; null = every one. */
  topics: readonly string[] | null
  searchLagMs: number
  contactReadyMs: number
  agent: Agent
  operator: Operator
  /** A teammate looks at the app beside a conversation. */
  openSidebar: OpenSidebar
  addContact(contact: NewContact): Contact
  mergeContacts(fromId: string, intoId: string): void
  archiveContact(id: string): void
  /** The customer opened the conversation (in a Messenger or an e-mail). */
  customerReads(conversationId: string): void
  /** The conversations of every contact whose phone this is. */
  conversationsOf(phone: string): Conversation[]
  /** A webhook with any topic and item, e.g. of a captured payload. A `ping` has no id. */
  notify(topic: string, item: unknown): void
  /** Sends held webhooks one after another, as `arrange` puts them (or leaves out, or repeats). */
  releaseWebhooks(arrange?: (held: Notification[]) => Notification[]): Promise<void>
  /** A notification once more, as a retry would bring it. */
  redeliver(notificationId: string): Promise<Delivery>
  /** Resolves when every webhook emitted so far has been delivered once (or failed once). */
  delivered(): Promise<void>
  until<T>(read: () => T | false | null | undefined, timeoutMs?: number): Promise<T>
  close(): Promise<void>
}

/** A stand-in for Intercom's REST API, its inbox and its webhooks on loopback. */
export async function startIntercom(options: IntercomOptions): Promise<IntercomStandIn> {
  const world = createWorld(options)
  const webhooks = createWebhooks({
    clientSecret: options.clientSecret,
    appId: options.appId,
    retryDelayMs: options.retryDelayMs ?? 60_000,
    now: world.now,
    changes: world.changes,
    later: (ms, run) => api.later(ms, run),
  })
  world.emit = webhooks.emit
  const limit = createRateLimit(world.now, options.rateLimitPer10s)
  const api = await listen({
    changes: world.changes,
    guard: (request) => guard(world, limit, request),
    routes: [...contactRoutes(world), ...workspaceRoutes(world), ...conversationRoutes(world), ...uploadRoutes(world)],
    notFound: resourceNotFound,
    headers: limit.headers,
  })
  world.url = api.url
  return new IntercomServer(world, webhooks, api)
}

function createWorld(options: IntercomOptions): World {
  const conversations: Conversation[] = []
  const outline = ({ id, state, parts }: Conversation) =>
    `  conversation ${id} ${state}: ${parts.map(({ partType, author }) => `${partType} by ${author.type}`).join(', ')}`
  return {
    now: wallClock,
    searchLagMs: 0,
    contactReadyMs: 0,
    ...options,
    changes: createChanges(() => ['Intercom has:', ...conversations.map(outline)].join('\n')),
    url: '',
    contacts: [],
    conversations,
    tags: [],
    dataAttributes: [],
    uploads: new Map(),
    phoneSwitches: [],
    emit: () => {},
  }
}

function guard(world: World, limit: RateLimit, request: Received): Answer | null {
  if (request.path.startsWith('/uploads/')) return null
  if (request.headers.authorization !== `Bearer ${world.accessToken}`) {
    return refuse(401, 'unauthorized', 'Access Token Invalid')
  }
  return limit.take() ? null : refuse(429, 'rate_limit_exceeded', 'Exceeded rate limit')
}

class IntercomServer implements IntercomStandIn {
  readonly #world: World
  readonly #webhooks: Webhooks
  readonly #api: Listener
  readonly agent: Agent
  readonly operator: Operator
  readonly openSidebar: OpenSidebar

  constructor(world: World, webhooks: Webhooks, api: Listener) {
    this.#world = world
    this.#webhooks = webhooks
    this.#api = api
    this.agent = createAgent(world)
    this.operator = createOperator(world)
    this.openSidebar = createSidebar(world, webhooks)
  }

  get url() {
    return this.#api.url
  }
  get contacts() {
    return this.#world.contacts
  }
  get conversations() {
    return this.#world.conversations
  }
  get tags() {
    return this.#world.tags
  }
  get dataAttributes() {
    return this.#world.dataAttributes
  }
  get phoneSwitches() {
    return this.#world.phoneSwitches
  }
  get requests() {
    return this.#api.requests
  }
  get deliveries() {
    return this.#webhooks.deliveries
  }
  get heldWebhooks() {
    return this.#webhooks.held
  }
  get faults() {
    return this.#api.faults
  }
  get down() {
    return this.#api.down
  }
  set down(down: boolean) {
    this.#api.down = down
  }
  get bridgeUrl() {
    return this.#webhooks.bridgeUrl
  }
  set bridgeUrl(url: string) {
    this.#webhooks.bridgeUrl = url
  }
  get connectUrl() {
    return this.#webhooks.connectUrl || this.#webhooks.bridgeUrl
  }
  set connectUrl(url: string) {
    this.#webhooks.connectUrl = url
  }
  get webhookUrl() {
    return this.#webhooks.webhookUrl
  }
  set webhookUrl(url: string) {
    this.#webhooks.webhookUrl = url
  }
  get webhooks() {
    return this.#webhooks.mode
  }
  set webhooks(mode: Webhooks['mode']) {
    this.#webhooks.mode = mode
  }
  get topics() {
    return this.#webhooks.topics
  }
  set topics(topics: readonly string[] | null) {
    this.#webhooks.topics = topics
  }
  get searchLagMs() {
    return this.#world.searchLagMs
  }
  set searchLagMs(ms: number) {
    this.#world.searchLagMs = ms
  }
  get contactReadyMs() {
    return this.#world.contactReadyMs
  }
  set contactReadyMs(ms: number) {
    this.#world.contactReadyMs = ms
  }

  addContact(contact: NewContact) {
    return addContact(this.#world, contact)
  }

  mergeContacts(fromId: string, intoId: string) {
    merge(this.#world, findContact(this.#world, fromId), findContact(this.#world, intoId))
  }

  archiveContact(id: string) {
    archive(this.#world, findContact(this.#world, id))
  }

  customerReads(conversationId: string) {
    markRead(this.#world, findConversation(this.#world, conversationId))
  }

  conversationsOf(phone: string) {
    const ids = this.contacts.filter((contact) => contact.phone === phone).map(({ id }) => id)
    return this.conversations.filter(({ contactIds }) => contactIds.some((id) => ids.includes(id)))
  }

  notify(topic: string, item: unknown) {
    this.#webhooks.emit(topic, item)
  }

  async releaseWebhooks(arrange = (held: Notification[]) => held) {
    const held = this.#webhooks.held.splice(0)
    for (const notification of arrange(held)) await this.#webhooks.send(notification)
  }

  redeliver(notificationId: string) {
    return this.#webhooks.redeliver(notificationId)
  }

  delivered() {
    return this.#webhooks.delivered()
  }

  until<T>(read: () => T | false | null | undefined, timeoutMs?: number) {
    return this.#world.changes.until(read, timeoutMs)
  }

  close() {
    return this.#api.close()
  }
}

import { createHmac, randomUUID } from 'node:crypto'
import type { Changes } from '../changes.ts'
import type { Listener } from '../http.ts'
import { post } from '../post.ts'
import { seconds } from './world.ts'

/** A webhook Intercom wants to send, before it is sent. */
export interface Notification {
  id: string
  topic: string
  item: unknown
  /** Unix seconds. */
  createdAt: number
}

/** One webhook request made. */
export interface Delivery {
  id: string
  topic: string
  attempt: number
  /** 0 when no answer came within 5 seconds. */
  status: number
  payload: unknown
  /** When the request was begun: milliseconds of `performance.now()`. */
  sentAt: number
  error?: string
}

export interface WebhookSettings {
  clientSecret: string
  appId: string
  retryDelayMs: number
  now: () => number
  changes: Changes
  later: Listener['later']
}

export interface Webhooks {
  webhookUrl: string
  bridgeUrl: string
  connectUrl: string
  mode: 'auto' | 'held'
  /** Topics the app is subscribed to; null = every one. */
  topics: readonly string[] | null
  /** The bridge answered 410: Intercom sends nothing any more. */
  disabled: boolean
  held: Notification[]
  deliveries: Delivery[]
  emit(topic: string, item: unknown): void
  /** Sends one notification now, once; a failure is repeated once after the retry delay. */
  send(notification: Notification): Promise<Delivery>
  redeliver(notificationId: string): Promise<Delivery>
  /** Settles when what was emitted so far has been delivered once. */
  delivered(): Promise<void>
}

/** `sha1=` and 40 hex digits over the raw body: https://developers.intercom.com/docs/webhooks/webhook-notifications */
export const signBody = (clientSecret: string, body: string | Buffer) =>
  `sha1=${createHmac('sha1', clientSecret).update(body).digest('hex')}`

/** Deliveries in the order things happened, one at a time; what fails is retried once, later, and then lost. */
export function createWebhooks(settings: WebhookSettings): Webhooks {
  let queue: Promise<unknown> = Promise.resolve()
  const sent = new Map<string, Notification>()
  const hooks: Webhooks = {
    webhookUrl: '',
    bridgeUrl: '',
    connectUrl: '',
    mode: 'auto',
    topics: null,
    disabled: false,
    held: [],
    deliveries: [],
    emit(topic, item) {
      if (hooks.disabled) return
      if (hooks.topics !== null && !hooks.topics.includes(topic)) return
      const createdAt = seconds(settings.now())
      const notification = { id: `notif_${randomUUID()}`, topic, item: structuredClone(item), createdAt }
      if (hooks.mode === 'held') hooks.held.push(notification)
      else if (address(hooks) !== '') queue = queue.then(() => hooks.send(notification))
      settings.changes.changed()
    },
    async send(notification) {
      sent.set(notification.id, notification)
      const delivery = await attempt(settings, hooks, notification, 1)
      const retry = delivery.status < 200 || delivery.status > 299
      if (retry) settings.later(settings.retryDelayMs, () => void attempt(settings, hooks, notification, 2))
      return delivery
    },
    async redeliver(notificationId) {
      const notification = sent.get(notificationId)
      if (!notification) throw new Error(`no webhook ${notificationId} was sent`)
      return attempt(settings, hooks, notification, 2)
    },
    async delivered() {
      await queue
    },
  }
  return hooks
}

const address = ({ webhookUrl, bridgeUrl }: Webhooks) =>
  webhookUrl || (bridgeUrl === '' ? '' : `${bridgeUrl}/webhooks/intercom`)

async function attempt(settings: WebhookSettings, hooks: Webhooks, notification: Notification, number: number) {
  const payload = envelope(settings, notification, number)
  const body = Buffer.from(JSON.stringify(payload))
  const sentAt = performance.now()
  const answer = await post({
    url: address(hooks),
    bridgeUrl: hooks.bridgeUrl,
    connectUrl: hooks.connectUrl || hooks.bridgeUrl,
    timeoutMs: 5000,
    body,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      accept: '*/*',
      'user-agent': 'intercom-parrot-service-client/1.0',
      'x-hub-signature': signBody(settings.clientSecret, body),
    },
  })
  const { id, topic } = notification
  const error = answer.error === undefined ? {} : { error: answer.error }
  const delivery: Delivery = { id, topic, attempt: number, status: answer.status, payload, sentAt, ...error }
  hooks.deliveries.push(delivery)
  hooks.disabled ||= answer.status === 410
  settings.changes.changed()
  return delivery
}

function envelope(settings: WebhookSettings, { id, topic, item, createdAt }: Notification, attempts: number) {
  return {
    type: 'notification_event',
    app_id: settings.appId,
    data: { type: 'notification_event_data', item },
    links: {},
    // A ping has neither, as captured.
    id: topic === 'ping' ? null : id,
    topic,
    delivery_status: topic === 'ping' ? null : 'pending',
    delivery_attempts: attempts,
    delivered_at: 0,
    first_sent_at: createdAt,
    created_at: createdAt,
    self: null,
  }
}

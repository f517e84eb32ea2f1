import type { Listener } from '../http.ts'
import { post } from '../post.ts'
import { type Delivery, deliver, statusParams } from './webhooks.ts'
import { hexSid, type Media, type Message, type World } from './world.ts'

/** A status callback that waits to be released. */
export interface HeldCallback {
  sid: string
  status: string
  deliver(): Promise<Delivery>
}

export interface Sending {
  mode: 'auto' | 'held'
  held: HeldCallback[]
  callbacks: Delivery[]
  /** Takes an accepted text through its states, one status callback each. */
  start(message: Message): void
  /** No more steps for this text. */
  stop(message: Message): void
}

export function createSending(world: World, later: Listener['later']): Sending {
  const callbacks: Delivery[] = []
  const stopped = new Set<Message>()
  const sending: Sending = { mode: 'auto', held: [], callbacks, start, stop: (message) => void stopped.add(message) }

  function start(message: Message): void {
    const failure = takeFailure(world, message.to, 'callback')
    const last = failure ? 'undelivered' : 'delivered'
    const steps = [...(message.messagingServiceSid ? ['queued'] : []), 'sent', last]
    step(message, steps, failure)
  }

  function step(message: Message, steps: string[], failure: number | null): void {
    const [status, ...rest] = steps
    if (status === undefined) return
    later(world.callbackDelayMs ?? 0, async () => {
      if (stopped.has(message)) return
      const reached = status === 'sent' && !(await fetchMedia(world, message)) ? 'failed' : status
      const code = reached === 'failed' ? 11200 : reached === 'undelivered' ? failure : null
      advance(world, message, reached, code)
      await tell(message, reached, code)
      if (reached !== 'failed') step(message, rest, failure)
    })
  }

  async function tell(message: Message, status: string, code: number | null): Promise<void> {
    const url = message.statusCallback
    if (url === null) return
    const params = statusParams(world, message, status, code)
    const deliverIt = async () => {
      const delivery = await deliver(world, url, params)
      callbacks.push(delivery)
      world.changes.changed()
      return delivery
    }
    if (sending.mode === 'auto') await deliverIt()
    else sending.held.push({ sid: message.sid, status, deliver: deliverIt })
    world.changes.changed()
  }

  return sending
}

function advance(world: World, message: Message, status: string, code: number | null): void {
  message.status = status
  message.errorCode = code
  message.dateUpdated = world.now()
  if (status === 'queued') message.from ??= world.numbers[0] ?? null
  if (status === 'sent') message.dateSent = world.now()
  world.changes.changed()
}

/** A failure scripted with `failNext` for this recipient, used up; its code or null. */
export function takeFailure(world: World, to: string, at: 'create' | 'callback'): number | null {
  const index = world.failures.findIndex(
    (failure) => failure.at === at && (failure.to === undefined || failure.to === to),
  )
  return world.failures.splice(index, index < 0 ? 0 : 1)[0]?.code ?? null
}

/** HEAD, then GET, as Twilio does before it sends an MMS; false when one of them is missing or changes its type. */
async function fetchMedia(world: World, message: Message): Promise<boolean> {
  for (const url of message.mediaUrls) {
    const call = {
      url,
      bridgeUrl: world.bridgeUrl,
      connectUrl: world.connectUrl || world.bridgeUrl,
      headers: {},
      timeoutMs: 15_000,
    }
    const head = await post({ ...call, method: 'HEAD' })
    const file = await post({ ...call, method: 'GET' })
    const contentType = String(file.headers['content-type'] ?? '')
    if (head.status !== 200 || file.status !== 200 || head.headers['content-type'] !== contentType) return false
    const media: Media = { sid: hexSid('ME'), contentType, data: file.data }
    message.media.push(media)
  }
  return true
}

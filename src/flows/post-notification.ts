import { endThoseBehind, replaceBody, waitingBehind } from '../queue/jobs.ts'
import type { Effect, EffectFlow, Step } from '../queue/work.ts'
import type { TeamEvent, ToldEvent } from '../rules/team-events.ts'
import type { Tx } from '../store/database.ts'
import { readMessage } from '../store/read-messages.ts'
import type { Telling } from './announce.ts'
import type { Ctx } from './context.ts'
import type { Letter, Target } from './ports.ts'
import { targetsOf } from './targets.ts'

interface PostRequest {
  target: string
  letter: Letter
}

/** A digest that holds what was gathered is complete: whatever comes later is for the next one. */
type Gathered = Telling & { gathered?: true }

const MOST_IN_A_DIGEST = 500
/** So long the news of a text waits for it to be in its conversation, so that it can say where. */
const ARRIVES_MS = 5000
const LOOK_AGAIN_MS = 250

/** Tells a target of `notify` something, at least once. A target that does not answer keeps nobody else waiting. */
export function postNotification(ctx: Ctx): EffectFlow {
  const targets = targetsOf(ctx.config.behaviour)
  const targetOf = (key: string) => targets.find((one) => one.key === key)
  return {
    vendor: 'notify',
    resends: Number.POSITIVE_INFINITY,
    async plan(tx, effect) {
      const telling: Gathered = JSON.parse(effect.body)
      const target = targetOf(telling.target)
      // It was taken out of the behaviour file.
      if (!target) return 'nothing to do'
      const waitUntil = telling.digest ? closingOf(target, effect) : await arrivalOf(ctx, tx, effect, telling)
      if (waitUntil > ctx.now() && !telling.gathered) return { waitUntil }
      const events = telling.digest && !telling.gathered ? await gather(ctx, tx, effect, telling) : telling.events
      const letter = await letterOf(ctx, tx, events)
      return { step: 'tell', request: { target: target.key, letter }, door: `notify:${target.kind}:${target.key}` }
    },
    steps: { tell: tell(ctx, targetOf) },
    async gaveUp(tx, effect, error) {
      // What has waited behind it all the time would wait as long again, one after the other, while more keeps coming.
      if (!error.permanent) await endThoseBehind(tx, effect, { state: 'dead', error: error.message }, ctx.now())
      return 'dead'
    },
  }
}

function tell(ctx: Ctx, targetOf: (key: string) => Target | undefined): Step<PostRequest, object> {
  return {
    repeatable: true,
    async send({ target, letter }) {
      const known = targetOf(target)
      if (known) await ctx.notifier.post(known, letter)
      return {}
    },
    accepted: async () => 'done',
  }
}

/** Unix ms when the digest that begins with this effect is complete. */
function closingOf({ entries }: Target, { createdAt }: Effect): number {
  const minutes = entries.map(({ digestMinutes }) => digestMinutes).filter((some) => some > 0)
  return createdAt + (minutes.length > 0 ? Math.min(...minutes) * 60_000 : 0)
}

/** Unix ms when to look again for a text that is not in its conversation yet; 0 when there is nothing to wait for. */
async function arrivalOf(ctx: Ctx, tx: Tx, effect: Effect, { events: [event] }: Telling): Promise<number> {
  if (event?.type !== 'message.received' || ctx.now() > effect.createdAt + ARRIVES_MS) return 0
  const message = await readMessage(tx, Number(event.data.message.id))
  return message?.status === 'received' ? ctx.now() + LOOK_AGAIN_MS : 0
}

/** All that waits for the same digest, in one transaction: it is the same digest however often it is sent. */
async function gather(ctx: Ctx, tx: Tx, effect: Effect, telling: Telling): Promise<TeamEvent[]> {
  const behind = await waitingBehind(tx, effect, MOST_IN_A_DIGEST - 1)
  const events = [...telling.events, ...behind.flatMap(({ body }) => (JSON.parse(body) as Telling).events)]
  const gathered: Gathered = { ...telling, events, gathered: true }
  await replaceBody(tx, effect.id, gathered)
  await endThoseBehind(tx, effect, { state: 'done', upTo: behind.at(-1)?.id ?? 0 }, ctx.now())
  return events
}

async function letterOf(ctx: Ctx, tx: Tx, events: TeamEvent[]): Promise<Letter> {
  const told: ToldEvent[] = []
  for (const event of events) told.push(withLink(ctx, await withPlace(tx, event)))
  const [first] = events
  if (!first) throw new Error('A notification without events')
  return { id: events.length === 1 ? first.id : `digest_${first.id}`, at: first.at, events: told }
}

/** A text is told of as soon as it comes, which is before it is in a conversation. */
async function withPlace(tx: Tx, event: TeamEvent): Promise<TeamEvent> {
  if (event.type !== 'message.received') return event
  const message = (await readMessage(tx, Number(event.data.message.id))) ?? event.data.message
  return { ...event, data: { message, conversationId: message.conversationId } }
}

function withLink(ctx: Ctx, event: TeamEvent): ToldEvent {
  const id = event.type === 'bridge.unhealthy' ? null : event.data.conversationId
  return { ...event, url: id === null ? null : ctx.intercom.conversationUrl(id) }
}

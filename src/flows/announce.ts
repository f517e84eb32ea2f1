import { randomUUID } from 'node:crypto'
import { addEffects, type NewEffect } from '../queue/jobs.ts'
import { type News, type TeamEvent, type Verdict, verdictOf } from '../rules/team-events.ts'
import type { Tx } from '../store/database.ts'
import type { Ctx } from './context.ts'
import { laneOf } from './lanes.ts'
import type { Target } from './ports.ts'
import { targetsOf } from './targets.ts'

/** Body of the effects `notification.post` and `notification.match`. */
export interface Telling {
  /** Key of the target. */
  target: string
  digest: boolean
  events: TeamEvent[]
}

/**
 * Tells those who want to hear of it, each in lanes of their own. Nothing is read for what nobody wants to hear.
 * @param read the news; null when there is none after all
 */
export async function announce(
  ctx: Pick<Ctx, 'config' | 'now'>,
  tx: Tx,
  type: News['type'],
  read: () => Promise<News | null>,
): Promise<void> {
  const targets = targetsOf(ctx.config.behaviour).filter(({ entries }) => entries.some((e) => e.events.includes(type)))
  const news = targets.length > 0 ? await read() : null
  if (!news) return
  const event: TeamEvent = { ...news, id: `evt_${randomUUID()}`, at: ctx.now() }
  const effects = targets.flatMap((target) => tellings(target, event, verdictOf(target.entries, event)))
  await addEffects(tx, effects, ctx.now())
}

/** The effect by which a target hears of something; none for what it is not told. */
export function tellings({ key }: Target, event: TeamEvent, verdict: Verdict): NewEffect[] {
  if (verdict === 'not') return []
  const message = 'message' in event.data ? event.data.message : null
  const messageId = message === null ? null : Number(message.id)
  const digest = verdict === 'digest'
  const body: Telling = { target: key, digest, events: [event] }
  if (verdict === 'ask for tags') {
    return [{ kind: 'notification.match', lane: laneOf.notify(key, 'tags'), messageId, body }]
  }
  return [{ kind: 'notification.post', lane: laneOf.notify(key, digest ? 'digest' : 'news'), messageId, body }]
}

import { addEffects } from '../queue/jobs.ts'
import type { Effect, EffectFlow, Step } from '../queue/work.ts'
import { verdictOf } from '../rules/team-events.ts'
import type { Tx } from '../store/database.ts'
import { readMessage } from '../store/read-messages.ts'
import { type Telling, tellings } from './announce.ts'
import type { Ctx } from './context.ts'
import { targetsOf } from './targets.ts'

interface TagsRequest {
  conversationId: string
}

/** A new conversation gets its tags in calls of their own, right after it is opened. */
const TAGS_COME_MS = 3000
/** A text that is in no conversation by then is told without knowing. */
const PATIENCE_MS = 60_000

/**
 * Whether somebody is told of something depends on the tags of its conversation, which only Intercom knows. In a lane of
 * the target's own: while Intercom does not answer, nothing else waits.
 */
export function matchTags(ctx: Ctx): EffectFlow {
  return {
    vendor: 'intercom',
    resends: Number.POSITIVE_INFINITY,
    async plan(tx, effect) {
      if (ctx.now() < effect.createdAt + TAGS_COME_MS) return { waitUntil: effect.createdAt + TAGS_COME_MS }
      const conversationId = await conversationOf(tx, effect)
      if (conversationId !== null) return { step: 'read tags', request: { conversationId } }
      if (ctx.now() < effect.createdAt + PATIENCE_MS) return { waitUntil: ctx.now() + TAGS_COME_MS }
      await tell(ctx, tx, effect, [])
      return 'nothing to do'
    },
    steps: { 'read tags': readTags(ctx) },
    // News too many is better than none.
    async gaveUp(tx, effect) {
      await tell(ctx, tx, effect, null)
      return 'done'
    },
  }
}

function readTags(ctx: Ctx): Step<TagsRequest, { tags: string[] }> {
  return {
    repeatable: true,
    send: async ({ conversationId }) => ({ tags: await ctx.intercom.tagsOf(conversationId) }),
    async accepted(tx, effect, _request, { tags }) {
      await tell(ctx, tx, effect, tags)
      return 'done'
    },
  }
}

/** @param tags null when they could not be had */
async function tell(ctx: Ctx, tx: Tx, effect: Effect, tags: string[] | null): Promise<void> {
  const { target: key, events }: Telling = JSON.parse(effect.body)
  const target = targetsOf(ctx.config.behaviour).find((one) => one.key === key)
  if (!target) return
  const effects = events.flatMap((event) =>
    tellings(target, event, tags === null ? 'at once' : verdictOf(target.entries, event, tags)),
  )
  await addEffects(tx, effects, ctx.now())
}

async function conversationOf(tx: Tx, effect: Effect): Promise<string | null> {
  const { events }: Telling = JSON.parse(effect.body)
  const [event] = events
  if (event && 'conversationId' in event.data && event.data.conversationId) return event.data.conversationId
  const message = effect.messageId === null ? null : await readMessage(tx, effect.messageId)
  return message?.conversationId ?? null
}

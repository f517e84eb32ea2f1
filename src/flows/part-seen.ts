import { effectById, type StoredEffect, updateEffect } from '../queue/jobs.ts'
import { hurryLane } from '../queue/lanes.ts'
import { openDoor } from '../queue/pace.ts'
import type { Decision, EffectFlow, Fact } from '../queue/work.ts'
import { sameWords } from '../rules/same-words.ts'
import type { Tx } from '../store/database.ts'
import { isKnownPart } from '../store/messages.ts'
import { threadOfConversation } from '../store/threads.ts'
import { CLOCK_SKEW_MS } from './clock-skew.ts'
import type { Ctx } from './context.ts'
import type { PartSeen } from './facts.ts'
import { postsInDoubt } from './posts-in-doubt.ts'

const LOOK_AGAIN_MS = 500

interface PostRequest {
  contactId?: string
  conversationId?: string
  body?: string
}

/**
 * A customer's part came back to us. When the call that should have made it is in doubt, this proves that it did; while the
 * call is still under way, its own answer will say so, and this waits for it.
 */
export function partSeen(flow: EffectFlow) {
  return async (ctx: Ctx, tx: Tx, fact: Fact): Promise<Decision> => {
    const seen: PartSeen = JSON.parse(fact.body)
    if (await isKnown(tx, seen)) return 'done'
    const posts = await postsInDoubt(tx)
    const match = posts.find((post) => seen.createdAt >= post.startedAt - CLOCK_SKEW_MS && isThis(post.request, seen))
    if (!match) return 'done'
    if (match.state === 'sending') return { waitMs: LOOK_AGAIN_MS }
    await settle(ctx, tx, flow, match, seen)
    return 'done'
  }
}

async function isKnown(tx: Tx, { partId, conversationId }: PartSeen): Promise<boolean> {
  return partId === null ? (await threadOfConversation(tx, conversationId)) !== null : isKnownPart(tx, partId)
}

function isThis(request: PostRequest, seen: PartSeen): boolean {
  if (!sameWords(request.body ?? '', seen.body)) return false
  if (request.conversationId) {
    const byOther = seen.authorId !== undefined && seen.authorId !== request.contactId
    return request.conversationId === seen.conversationId && !byOther
  }
  return seen.partId === null && request.contactId !== undefined && seen.contactIds.includes(request.contactId)
}

async function settle(ctx: Ctx, tx: Tx, flow: EffectFlow, effect: StoredEffect, seen: PartSeen): Promise<void> {
  // Locks the lane, so that its worker cannot be settling the same effect; what it may have settled already stays.
  await hurryLane(tx, effect.lane, ctx.now())
  if ((await effectById(tx, effect.id))?.state !== 'uncertain') return
  const answer = {
    conversationId: seen.conversationId,
    sourceId: seen.partId ?? seen.conversationId,
    partId: seen.partId,
  }
  const verdict = await flow.steps[effect.step]?.accepted(tx, effect, effect.request, answer)
  await openDoor(tx, 'intercom')
  await updateEffect(
    tx,
    effect.id,
    { state: verdict === 'next' ? 'ready' : 'done', doubt_at: null, lookups: 0 },
    ctx.now(),
  )
}

import type { EffectFlow, Step } from '../queue/work.ts'
import type { Ctx } from './context.ts'

interface Managed {
  do: 'tag' | 'read'
  conversationId: string
}

/** Tags a conversation, or marks it read. Both may be repeated; neither is worth a dead letter's noise in the inbox. */
export function manageConversation(ctx: Ctx): EffectFlow {
  const step: Step<Managed, object> = {
    repeatable: true,
    async send(request) {
      if (request.do === 'tag') await ctx.intercom.tagConversation(request.conversationId)
      else await ctx.intercom.markRead(request.conversationId)
      return {}
    },
    accepted: async () => 'done',
  }
  return {
    vendor: 'intercom',
    resends: Number.POSITIVE_INFINITY,
    gaveUp: async () => 'dead',
    plan: async (_tx, effect) => {
      const request: Managed = JSON.parse(effect.body)
      return { step: request.do, request }
    },
    steps: { tag: step, read: step },
  }
}

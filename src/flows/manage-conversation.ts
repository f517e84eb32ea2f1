import type { EffectFlow, Step } from '../queue/work.ts'
import type { Ctx } from './context.ts'

interface Managed {
  do: 'tag' | 'read' | 'close'
  conversationId: string
}

/** Tags a conversation, marks it read or closes it. Each may be repeated; none is worth a dead letter's noise in the inbox. */
export function manageConversation(ctx: Ctx): EffectFlow {
  const calls = {
    tag: ctx.intercom.tagConversation,
    read: ctx.intercom.markRead,
    close: ctx.intercom.closeConversation,
  }
  const step: Step<Managed, object> = {
    repeatable: true,
    async send(request) {
      await calls[request.do](request.conversationId)
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
    steps: { tag: step, read: step, close: step },
  }
}

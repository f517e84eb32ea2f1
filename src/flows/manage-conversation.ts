import { addEffects } from '../queue/jobs.ts'
import type { EffectFlow, Step } from '../queue/work.ts'
import type { Tx } from '../store/database.ts'
import type { Thread } from '../store/threads.ts'
import type { Ctx } from './context.ts'
import { laneOf } from './lanes.ts'

interface Managed {
  do: 'tag' | 'read' | 'close' | 'title'
  conversationId: string
  title?: string
}

/** Has it done at the desk of the thread's customer, where no text waits for it. */
export async function manage(ctx: Ctx, tx: Tx, { customer }: Thread, body: Managed): Promise<void> {
  await addEffects(tx, [{ kind: 'conversation.manage', lane: laneOf.desk(customer), body }], ctx.now())
}

/** Tags a conversation, marks it read, closes it or gives it a title. Each may be repeated; none is worth a dead letter's noise in the inbox. */
export function manageConversation(ctx: Ctx): EffectFlow {
  const calls = {
    tag: ctx.intercom.tagConversation,
    read: ctx.intercom.markRead,
    close: ctx.intercom.closeConversation,
    title: ctx.intercom.titleConversation,
  }
  const step: Step<Managed, object> = {
    repeatable: true,
    async send(request) {
      await calls[request.do](request.conversationId, request.title ?? '')
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
    steps: { tag: step, read: step, close: step, title: step },
  }
}

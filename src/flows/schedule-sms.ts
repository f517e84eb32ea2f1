import { addEffects } from '../queue/jobs.ts'
import type { EffectFlow } from '../queue/work.ts'
import { updateMessage } from '../store/messages.ts'
import { messageOf } from './about.ts'
import type { Ctx } from './context.ts'
import { textEffect } from './text-effect.ts'

/** A text that waits for its time, in a lane of its own: it holds nobody up, and can be canceled until the last moment. */
export function scheduleSms(ctx: Ctx): EffectFlow {
  return {
    vendor: 'twilio',
    resends: 0,
    steps: {},
    gaveUp: async () => 'dead',
    async plan(tx, effect) {
      const { message, thread } = await messageOf(tx, effect)
      if (message.status !== 'scheduled') return 'nothing to do'
      if (message.sendAt !== null && message.sendAt > ctx.now()) return { waitUntil: message.sendAt }
      await updateMessage(tx, message.id, { status: 'queued' }, ctx.now())
      await addEffects(tx, [textEffect(thread.customer, message.id)], ctx.now())
      return 'nothing to do'
    },
  }
}

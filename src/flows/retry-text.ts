import { addEffects, hasEffect } from '../queue/jobs.ts'
import type { EffectFlow } from '../queue/work.ts'
import type { Tx } from '../store/database.ts'
import { messageById, overtaken } from '../store/messages.ts'
import { threadById } from '../store/threads.ts'
import { traced } from '../trace.ts'
import { messageOf } from './about.ts'
import type { Ctx } from './context.ts'
import { laneOf } from './lanes.ts'
import { sendAgain } from './send-again.ts'
import { isFailure, tellOfFailure } from './text-failure.ts'
import { withoutCalls } from './without-calls.ts'

interface Retry {
  /** The attempt that failed: once there is another one, this is settled. */
  sid: string | null
  code: number
}

const KIND = 'sms.retry'

/** Trouble of a carrier or a phone that passes: a full queue, no signal, congestion, no answer in time. */
const PASSES = new Set([30001, 30003, 30008, 30017, 30410])

/** With the default of one second, ten minutes. */
const WAIT = 600

/**
 * A text that failed for a reason that passes gets a second chance, in a while, unless the customer has been texted since:
 * out of its order it would only confuse. Twilio itself never sends a failed text again. False: it gets none.
 */
export async function retryLater(ctx: Ctx, tx: Tx, messageId: number, code: number): Promise<boolean> {
  if (!PASSES.has(code) || (await hasBeenRetried(tx, messageId))) return false
  const { threadId, twilioSid } = await messageById(tx, messageId)
  const { customer } = await threadById(tx, threadId)
  if (await overtaken(tx, customer, messageId)) return false
  const body: Retry = { sid: twilioSid, code }
  await addEffects(tx, [{ kind: KIND, lane: laneOf.schedule(messageId), messageId, body }], ctx.now())
  ctx.log.info({ ...traced(tx), message: messageId, code }, 'a text that failed is sent once more in a while')
  return true
}

/** Whether the text has had its second chance. */
export function hasBeenRetried(tx: Tx, messageId: number): Promise<boolean> {
  return hasEffect(tx, messageId, KIND)
}

/** Waits in a lane of its own; then the text goes its usual way, or the agent hears that it failed. */
export function retryText(ctx: Ctx): EffectFlow {
  const waitMs = ctx.config.behaviour.timing.retryBaseSeconds * 1000 * WAIT
  return withoutCalls(async (tx, effect) => {
    const { message, thread } = await messageOf(tx, effect)
    const { sid, code }: Retry = JSON.parse(effect.body)
    if (message.twilioSid !== sid || !isFailure(message.status)) return 'nothing to do'
    if (ctx.now() < effect.createdAt + waitMs) return { waitUntil: effect.createdAt + waitMs }
    if (await overtaken(tx, thread.customer, message.id)) await tellOfFailure(ctx, tx, message, { code })
    else await sendAgain(tx, message, ctx.now())
    return 'nothing to do'
  })
}

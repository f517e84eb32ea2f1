import { addEffects } from '../queue/jobs.ts'
import type { EffectFlow } from '../queue/work.ts'
import type { Tx } from '../store/database.ts'
import { type Message, textedSince, updateMessage } from '../store/messages.ts'
import { isOptedOut } from '../store/opt-outs.ts'
import type { Thread } from '../store/threads.ts'
import { messageOf } from './about.ts'
import type { Ctx } from './context.ts'
import { ANSWERS, AUTOMATIC, isAutomatic } from './origins.ts'
import { textEffect } from './text-effect.ts'
import { withoutCalls } from './without-calls.ts'

/** A text that waits for its time, in a lane of its own: it holds nobody up, and can be canceled until the last moment. */
export function scheduleSms(ctx: Ctx): EffectFlow {
  return withoutCalls(async (tx, effect) => {
    const { message, thread } = await messageOf(tx, effect)
    if (message.status !== 'scheduled') return 'nothing to do'
    if (message.sendAt !== null && message.sendAt > ctx.now()) return { waitUntil: message.sendAt }
    const tooLate = isAutomatic(message.origin) && (await isTooLate(tx, message, thread))
    await updateMessage(tx, message.id, { status: tooLate ? 'canceled' : 'queued' }, ctx.now())
    if (tooLate) return 'nothing to do'
    await addEffects(tx, [textEffect(thread.customer, message.id)], ctx.now())
    return 'nothing to do'
  })
}

/** What the bridge says by itself is not said to somebody who has opted out or was answered by a person meanwhile. */
async function isTooLate(tx: Tx, message: Message, { customer, number }: Thread): Promise<boolean> {
  const byPeople = await textedSince(tx, message, [...AUTOMATIC, ...ANSWERS])
  return byPeople || (await isOptedOut(tx, customer, number))
}

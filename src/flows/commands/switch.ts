import type { VendorError } from '../../errors.ts'
import { addEffects } from '../../queue/jobs.ts'
import type { Effect, EffectFlow, Step } from '../../queue/work.ts'
import { hasOptedOut, switchNeedsPhone, switchNotSent, switchSent, switchUnknown } from '../../rules/command-notes.ts'
import { phoneOf } from '../../rules/phone.ts'
import type { Tx } from '../../store/database.ts'
import { isOptedOut } from '../../store/opt-outs.ts'
import { threadById } from '../../store/threads.ts'
import type { Ctx } from '../context.ts'
import { laneOf } from '../lanes.ts'
import { addNote } from '../post-note.ts'
import { answer, type Run } from './command.ts'

interface Switch {
  threadId: number
  conversationId: string
  phone: string
}

/** `/switch`: Intercom texts the customer a link into the Messenger. The answer is a note once Intercom has answered. */
export const switchToMessenger: Run = async (ctx, tx, given) => {
  const { thread, note } = given
  const phone = phoneOf(thread.customer)
  if (!phone) return answer(ctx, tx, given, switchNeedsPhone())
  if (await isOptedOut(tx, thread.customer, thread.number)) return answer(ctx, tx, given, hasOptedOut())
  const body: Switch = { threadId: thread.id, conversationId: note.conversationId, phone }
  await addEffects(tx, [{ kind: 'messenger.switch', lane: laneOf.command(note.partId), body }], ctx.now())
}

/** One call, never repeated by itself: the customer would get the link twice. */
export function switchFlow(ctx: Ctx): EffectFlow {
  const tell = async (tx: Tx, effect: Effect, html: string) => {
    const { threadId, conversationId }: Switch = JSON.parse(effect.body)
    const thread = await threadById(tx, threadId)
    await addNote(ctx, tx, { thread, messageId: null, conversationId, html })
  }
  const step: Step<{ phone: string }, object> = {
    repeatable: false,
    async send({ phone }) {
      await ctx.intercom.switchToMessenger(phone)
      return {}
    },
    async accepted(tx, effect) {
      await tell(tx, effect, switchSent())
      return 'done'
    },
    // Intercom lists no such links anywhere, so nothing can be proven: https://developers.intercom.com/docs/references/rest-api/api.intercom.io/switch
    lookup: async () => null,
  }
  return {
    vendor: 'intercom',
    resends: 0,
    async plan(_tx, effect) {
      const { phone }: Switch = JSON.parse(effect.body)
      return { step: 'text a link', request: { phone } }
    },
    steps: { 'text a link': step },
    async gaveUp(tx, effect, error: VendorError) {
      await tell(tx, effect, switchNotSent({ sentence: error.message }))
      // Whoever wrote the command knows now, and can write it again.
      return 'done'
    },
    unknown: (tx, effect) => tell(tx, effect, switchUnknown()),
  }
}

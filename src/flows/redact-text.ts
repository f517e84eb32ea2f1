import { addEffects, replaceBody } from '../queue/jobs.ts'
import type { EffectFlow, Step } from '../queue/work.ts'
import type { Tx } from '../store/database.ts'
import type { Ctx } from './context.ts'

interface Redaction {
  sid: string
}

/** What came with it is listed, taken away, and the words are emptied. */
const CALLS = 3

/** Twilio forgets the words and files of these texts, one after the other. `lane`: where nothing else waits. */
export async function redactTexts(ctx: Pick<Ctx, 'now'>, tx: Tx, sids: string[], lane: string): Promise<void> {
  const effects = sids.map((sid) => ({ kind: 'twilio.redact', lane, body: { sid } satisfies Redaction }))
  await addEffects(tx, effects, ctx.now())
}

/** Redacts a text at Twilio, where it can be found by nothing but its SID any more. May be repeated. */
export function redactText(ctx: Ctx): EffectFlow {
  const redact: Step<Redaction, object> = {
    repeatable: true,
    async send({ sid }) {
      await ctx.twilio.redact(sid)
      return {}
    },
    async accepted(tx, effect) {
      await replaceBody(tx, effect.id, {})
      return 'done'
    },
  }
  return {
    vendor: 'twilio',
    resends: Number.POSITIVE_INFINITY,
    plan: async (_tx, effect) => ({ step: 'redact', request: JSON.parse(effect.body), cost: CALLS }),
    steps: { redact },
    gaveUp: async () => 'dead',
  }
}

import { hasLaterEffect } from '../queue/jobs.ts'
import type { EffectFlow, Step } from '../queue/work.ts'
import type { Ctx } from './context.ts'

interface Update {
  contactId: string
  attributes: Record<string, string | boolean | number>
}

/** Writes custom attributes of a contact. Only the latest of several that wait is made. */
export function updateContact(ctx: Ctx): EffectFlow {
  const step: Step<Update, object> = {
    repeatable: true,
    async send({ contactId, attributes }) {
      await ctx.intercom.setContactAttributes(contactId, attributes)
      return {}
    },
    accepted: async () => 'done',
  }
  return {
    vendor: 'intercom',
    resends: Number.POSITIVE_INFINITY,
    gaveUp: async () => 'dead',
    async plan(tx, effect) {
      if (await hasLaterEffect(tx, effect)) return 'nothing to do'
      return { step: 'update contact', request: JSON.parse(effect.body) }
    },
    steps: { 'update contact': step },
  }
}

import { bodiesBehind, replaceBody } from '../queue/jobs.ts'
import type { EffectFlow, Step } from '../queue/work.ts'
import { replaceContact } from '../store/contacts.ts'
import type { Ctx } from './context.ts'

interface Update {
  contactId: string
  attributes: Record<string, string | boolean | number>
}

/** Writes custom attributes of a contact. What is written anew by those that wait behind it is left to them. */
export function updateContact(ctx: Ctx): EffectFlow {
  const step: Step<Update, object> = {
    repeatable: true,
    async send({ contactId, attributes }) {
      await ctx.intercom.setContactAttributes(contactId, attributes)
      return {}
    },
    accepted: async () => 'done',
    async mend(tx, effect, { contactId: from }, { contactId: into }) {
      if (into === undefined) return false
      await replaceContact(tx, { from, into }, ctx.now())
      const { attributes }: Update = JSON.parse(effect.body)
      await replaceBody(tx, effect.id, { contactId: into, attributes })
      return true
    },
  }
  return {
    vendor: 'intercom',
    resends: Number.POSITIVE_INFINITY,
    gaveUp: async () => 'dead',
    async plan(tx, effect) {
      const { contactId, attributes }: Update = JSON.parse(effect.body)
      const behind = (await bodiesBehind(tx, effect)).map((body): Update => JSON.parse(body))
      const anew = behind
        .filter((update) => update.contactId === contactId)
        .flatMap((update) => Object.keys(update.attributes))
      const left = Object.entries(attributes).filter(([name]) => !anew.includes(name))
      if (left.length === 0) return 'nothing to do'
      return { step: 'update contact', request: { contactId, attributes: Object.fromEntries(left) } }
    },
    steps: { 'update contact': step },
  }
}

import { bodiesBehind, replaceBody } from '../queue/jobs.ts'
import type { EffectFlow, Step } from '../queue/work.ts'
import { replaceContact } from '../store/contacts.ts'
import type { Ctx } from './context.ts'
import { lookUpContact } from './resolve-contact.ts'

type Attributes = Record<string, string | boolean | number>

interface Update {
  contactId: string
  attributes: Attributes
}

/** For a contact that is not in our rows; where Intercom has none either there is nothing to be updated. */
interface UpdateUnknown {
  customer: string
  attributes: Attributes
}

/** By external id and by phone. */
const MOST_CALLS_TO_FIND = 2

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
      const update: Update | UpdateUnknown = JSON.parse(effect.body)
      if ('customer' in update) {
        return { step: 'find contact', request: { customer: update.customer }, cost: MOST_CALLS_TO_FIND }
      }
      const { contactId, attributes } = update
      const behind = (await bodiesBehind(tx, effect)).map((body): Update | UpdateUnknown => JSON.parse(body))
      const anew = behind
        .filter((later) => 'contactId' in later && later.contactId === contactId)
        .flatMap((later) => Object.keys(later.attributes))
      const left = Object.entries(attributes).filter(([name]) => !anew.includes(name))
      if (left.length === 0) return 'nothing to do'
      return { step: 'update contact', request: { contactId, attributes: Object.fromEntries(left) } }
    },
    steps: { 'find contact': findStep(ctx), 'update contact': step },
  }
}

/** It is not kept: who of several is the customer is settled, and told, when a conversation needs to know. */
function findStep(ctx: Ctx): Step<{ customer: string }, { contactId: string | null }> {
  return {
    repeatable: true,
    async send({ customer }) {
      return { contactId: (await lookUpContact(ctx, customer))?.contact.id ?? null }
    },
    async accepted(tx, effect, _request, { contactId }) {
      if (contactId === null) return 'done'
      const { attributes }: UpdateUnknown = JSON.parse(effect.body)
      await replaceBody(tx, effect.id, { contactId, attributes })
      return 'next'
    },
  }
}

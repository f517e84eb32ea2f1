import type { Step } from '../queue/work.ts'
import { severalContacts } from '../rules/notes.ts'
import { formatForPeople } from '../rules/phone.ts'
import { keepContact } from '../store/contacts.ts'
import { messageOf } from './about.ts'
import type { Ctx } from './context.ts'
import { laneOf } from './lanes.ts'
import { addNote } from './post-note.ts'
import { type ResolvedContact, resolveContact } from './resolve-contact.ts'

export interface FindRequest {
  customer: string
  /** What the customer's own app says. */
  name?: string
}

/** Finds the contact of a customer in Intercom, or makes it. */
export function findContactStep(ctx: Ctx): Step<FindRequest, ResolvedContact> {
  return {
    repeatable: true,
    send: (request) => resolveContact(ctx, request.customer, request.name),
    async accepted(tx, effect, { customer }, { contact, made, others }) {
      const known = { contactId: contact.id, name: contact.name, madeAt: made ? ctx.now() : null }
      await keepContact(tx, customer, known, ctx.now())
      if (others.length > 0) {
        const { thread } = await messageOf(tx, effect)
        const html = severalContacts({ phone: formatForPeople(customer), used: contact, others })
        await addNote(ctx, tx, { thread, messageId: effect.messageId, html, lane: laneOf.inbox(customer) })
      }
      return 'next'
    },
  }
}

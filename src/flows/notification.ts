import type { NewFact } from '../queue/inbox.ts'
import type { NotificationFact } from '../rules/agent-reply.ts'
import type { ContactFact } from '../rules/contact-notification.ts'
import { readNewContact } from '../rules/new-contact.ts'
import { cleanText } from '../rules/text.ts'
import { laneOf } from './lanes.ts'

/** What Intercom told us, ready to be recorded. JSON may hold lone surrogates, which no database takes. */
export function factOf(fact: NotificationFact | ContactFact): NewFact {
  const { key, kind, body } = fact
  return { key: cleanText(key), kind, lane: cleanText(laneFor(fact)), body: JSON.stringify(body, wellFormed) }
}

function laneFor(fact: NotificationFact | ContactFact): string {
  if (fact.kind === 'contact.changed') return laneOf.contact(fact.body.contactId)
  const { conversationId } = fact.body
  return fact.kind === 'part.seen' ? laneOf.evidence(conversationId) : laneOf.conversation(conversationId)
}

/** A contact to be welcomed, if that is what Intercom told us: once for good, since no fact is recorded twice. */
export function newContactFacts(payload: unknown): NewFact[] {
  const contact = readNewContact(payload)
  if (contact === null) return []
  const id = cleanText(contact.contactId)
  const body = JSON.stringify(contact, wellFormed)
  return [{ key: `contact:${id}:created`, kind: 'contact.created', lane: laneOf.contact(id), body }]
}

const wellFormed = (_: string, value: unknown) => (typeof value === 'string' ? cleanText(value) : value)

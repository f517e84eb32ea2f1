import type { NewFact } from '../queue/inbox.ts'
import type { NotificationFact } from '../rules/agent-reply.ts'
import type { ContactFact } from '../rules/contact-notification.ts'
import { cleanText } from '../rules/text.ts'
import { laneOf } from './lanes.ts'

/** What Intercom told us, ready to be recorded. JSON may hold lone surrogates, which no database takes. */
export function factOf(fact: NotificationFact | ContactFact): NewFact {
  const { key, kind, body } = fact
  const lane = laneFor(fact)
  const wellFormed = (_: string, value: unknown) => (typeof value === 'string' ? cleanText(value) : value)
  return { key: cleanText(key), kind, lane: cleanText(lane), body: JSON.stringify(body, wellFormed) }
}

function laneFor(fact: NotificationFact | ContactFact): string {
  if (fact.kind === 'contact.changed' || fact.kind === 'contact.created') return laneOf.contact(fact.body.contactId)
  const { conversationId } = fact.body
  return fact.kind === 'part.seen' ? laneOf.evidence(conversationId) : laneOf.conversation(conversationId)
}

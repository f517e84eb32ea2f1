import type { NewFact } from '../queue/inbox.ts'
import type { NotificationFact } from '../rules/agent-reply.ts'
import { cleanText } from '../rules/text.ts'
import { laneOf } from './lanes.ts'

/** What Intercom told us, ready to be recorded. JSON may hold lone surrogates, which no database takes. */
export function factOf({ key, kind, conversationId, body }: NotificationFact): NewFact {
  const lane = kind === 'part.seen' ? laneOf.evidence(conversationId) : laneOf.conversation(conversationId)
  const wellFormed = (_: string, value: unknown) => (typeof value === 'string' ? cleanText(value) : value)
  return { key: cleanText(key), kind, lane: cleanText(lane), body: JSON.stringify(body, wellFormed) }
}

import type { Tx } from '../store/database.ts'
import { findMessage } from '../store/messages.ts'
import { threadById, threadOfConversation } from '../store/threads.ts'

/**
 * The lanes of the queue: what shares a lane is worked in order, one at a time. A customer's incoming texts, outgoing
 * texts and desk work have a lane each, so that a slow call to one shore never holds up the other.
 */
export const laneOf = {
  /** Texts received from a customer. */
  inbox: (customer: string) => `inbox:${customer}`,
  /** Status callbacks of texts sent to a customer. */
  status: (customer: string) => `status:${customer}`,
  /** Texts on their way to a customer's phone. */
  phone: (customer: string) => `phone:${customer}`,
  /** Parts, notes and updates on their way to the agents about a customer. */
  desk: (customer: string) => `desk:${customer}`,
  /** What the bridge answers by itself. */
  automatic: (customer: string) => `automatic:${customer}`,
  /** Texts that the operator's own bot is asked about. */
  responder: (customer: string) => `responder:${customer}`,
  /** What a target of `notify` is told at once, what is gathered for it, and what waits for the tags of a conversation. */
  notify: (target: string, what: 'news' | 'digest' | 'tags') => `notify:${target}:${what}`,
  /** A text that waits for its time. */
  schedule: (messageId: number) => `schedule:${messageId}`,
  /** Notifications about a conversation; which customer it belongs to is looked up by the worker. */
  conversation: (id: string) => `conversation:${id}`,
  /** A contact that was made or changed in Intercom. */
  contact: (id: string) => `contact:${id}`,
  /** A command whose call somebody would see twice: nothing waits while its outcome is in doubt. */
  command: (notePartId: string) => `command:${notePartId}`,
  /** Texts that Twilio is to forget, by why they are gone here. */
  redaction: (why: string) => `redaction:${why}`,
  /** Parts that came back to us: proof must not wait behind what it is to prove. */
  evidence: (conversationId: string) => `evidence:${conversationId}`,
}

/** Lanes that name the customer they are about. */
const OF_CUSTOMERS = new Set(['inbox', 'status', 'phone', 'desk', 'automatic', 'responder'])

/**
 * Whose rows work on a lane may touch: the customer's, or nobody's (`notify`, then the lane itself). Null where it is not
 * known, or may be several customers'.
 */
export async function whomItIsAbout(tx: Tx, lane: string): Promise<string | null> {
  const kind = lane.split(':', 1)[0] ?? ''
  const rest = lane.slice(kind.length + 1)
  if (OF_CUSTOMERS.has(kind)) return rest
  if (kind === 'notify') return lane
  if (kind === 'conversation' || kind === 'evidence') return (await threadOfConversation(tx, rest))?.customer ?? null
  const message = kind === 'schedule' ? await findMessage(tx, Number(rest)) : null
  return message ? (await threadById(tx, message.threadId)).customer : null
}

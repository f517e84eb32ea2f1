import { audit, type Doer } from '../store/audit.ts'
import type { Db, Tx } from '../store/database.ts'
import { findMessage, type Message, updateMessage } from '../store/messages.ts'
import { threadById } from '../store/threads.ts'
import { sendAgain } from './send-again.ts'

/** What a person may do about an outgoing text whose fate no machine can settle; the sentence says why it may not. */
export type ByHand = { done: true } | { refused: string }

interface Deed {
  action: string
  /** The statuses it is for. */
  from: string[]
  act: (tx: Tx, message: Message, now: number) => Promise<void>
}

const RESEND: Deed = { action: 'message.resent', from: ['unknown', 'failed', 'undelivered'], act: sendAgain }
const MARK_SENT: Deed = { action: 'message.marked_sent', from: ['unknown'], act: becomes('sent') }
const CANCEL: Deed = { action: 'message.canceled', from: ['scheduled'], act: becomes('canceled') }

/** Sends it (once more): for a text that is unknown, failed or undelivered. */
export function resend(db: Db, id: number, by: Doer): Promise<ByHand> {
  return db.transaction().execute((tx) => settle(tx, id, RESEND, by))
}

/** A person knows that it went out: for a text that is unknown. */
export function markSent(db: Db, id: number, by: Doer): Promise<ByHand> {
  return db.transaction().execute((tx) => settle(tx, id, MARK_SENT, by))
}

/** A text that waits for its time is not sent. */
export function cancel(db: Db, id: number, by: Doer): Promise<ByHand> {
  return db.transaction().execute((tx) => cancelWithin(tx, id, by))
}

/** The same, as a part of something larger. */
export function cancelWithin(tx: Tx, id: number, by: Doer): Promise<ByHand> {
  return settle(tx, id, CANCEL, by)
}

function becomes(status: string): Deed['act'] {
  return (tx, message, now) => updateMessage(tx, message.id, { status }, now)
}

async function settle(tx: Tx, id: number, { action, from, act }: Deed, by: Doer): Promise<ByHand> {
  const message = await findMessage(tx, id)
  if (!message) return { refused: 'There is no such message.' }
  if (message.direction !== 'outbound' || !from.includes(message.status)) {
    return { refused: `The message is ${message.status}; this is for texts that are ${from.join(', ')}.` }
  }
  await act(tx, message, by.at)
  const { customer } = await threadById(tx, message.threadId)
  await audit(tx, { ...by, action, target: `message ${id}`, phone: customer })
  return { done: true }
}

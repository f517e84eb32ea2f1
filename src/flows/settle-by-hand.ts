import type { Db, Tx } from '../store/database.ts'
import { findMessage, type Message, updateMessage } from '../store/messages.ts'
import { sendAgain } from './send-again.ts'

/** What a person may do about an outgoing text whose fate no machine can settle; the sentence says why it may not. */
export type ByHand = { done: true } | { refused: string }

/** Sends it (once more): for a text that is unknown, failed or undelivered. */
export function resend(db: Db, id: number, now: number): Promise<ByHand> {
  return settle(db, id, ['unknown', 'failed', 'undelivered'], (tx, message) => sendAgain(tx, message, now))
}

/** A person knows that it went out: for a text that is unknown. */
export function markSent(db: Db, id: number, now: number): Promise<ByHand> {
  return settle(db, id, ['unknown'], (tx, message) => updateMessage(tx, message.id, { status: 'sent' }, now))
}

/** A text that waits for its time is not sent. */
export function cancel(db: Db, id: number, now: number): Promise<ByHand> {
  return db.transaction().execute((tx) => cancelWithin(tx, id, now))
}

/** The same, as a part of something larger. */
export function cancelWithin(tx: Tx, id: number, now: number): Promise<ByHand> {
  return settleWithin(tx, id, ['scheduled'], (message) => updateMessage(tx, message.id, { status: 'canceled' }, now))
}

function settle(db: Db, id: number, from: string[], act: (tx: Tx, message: Message) => Promise<void>): Promise<ByHand> {
  return db.transaction().execute((tx) => settleWithin(tx, id, from, (message) => act(tx, message)))
}

async function settleWithin(
  tx: Tx,
  id: number,
  from: string[],
  act: (message: Message) => Promise<void>,
): Promise<ByHand> {
  const message = await findMessage(tx, id)
  if (!message) return { refused: 'There is no such message.' }
  if (message.direction !== 'outbound' || !from.includes(message.status)) {
    return { refused: `The message is ${message.status}; this is for texts that are ${from.join(', ')}.` }
  }
  await act(message)
  return { done: true }
}

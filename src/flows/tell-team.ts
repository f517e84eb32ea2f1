import type { DeadJob } from '../queue/work.ts'
import type { Tx } from '../store/database.ts'
import { readMessage, type ShownMessage } from '../store/read-messages.ts'
import type { Thread } from '../store/threads.ts'
import { announce } from './announce.ts'
import type { Ctx } from './context.ts'

type Teller = Pick<Ctx, 'config' | 'now'>
type Types = 'message.received' | 'conversation.started' | 'sms.failed'

/** Tells the team of a message of ours or a customer's, as it is now. */
export async function tellOfMessage(ctx: Teller, tx: Tx, type: Types, messageId: number): Promise<void> {
  await announce(ctx, tx, type, async () => {
    const message = await readMessage(tx, messageId)
    return message && { type, data: { message, conversationId: message.conversationId } }
  })
}

/** A customer has opted out of texts, or in again. */
export async function tellOfConsent(
  ctx: Teller,
  tx: Tx,
  { customer, number, threads }: Pick<Thread, 'customer' | 'number'> & { threads: Thread[] },
  o: { optedOut: boolean; source: string },
): Promise<void> {
  const conversationId = threads.find((thread) => thread.conversationId !== null)?.conversationId ?? null
  await announce(ctx, tx, 'opt_out.changed', async () => ({
    type: 'opt_out.changed',
    data: { customer, number: number || null, ...o, conversationId },
  }))
}

/** A job was given up. Of a notification nobody is told: it would go the same way. */
export async function jobDied(ctx: Teller, tx: Tx, { messageId, ...job }: DeadJob): Promise<void> {
  if (job.kind === 'notification.post') return
  await announce(ctx, tx, 'job.dead', async () => {
    const message: ShownMessage | null = messageId === null ? null : await readMessage(tx, messageId)
    return { type: 'job.dead', data: { job, message, conversationId: message?.conversationId ?? null } }
  })
}

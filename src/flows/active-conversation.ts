import type { Tx } from '../store/database.ts'
import { closingTime, type Thread } from '../store/threads.ts'
import type { Ctx } from './context.ts'

/** The thread's conversation, unless it has been closed for too long; an agent may have wished otherwise. */
export async function activeConversation(ctx: Ctx, tx: Tx, thread: Thread): Promise<string | null> {
  if (!thread.conversationId || thread.nextText === 'new') return null
  if (thread.nextText === 'keep') return thread.conversationId
  const closedAt = await closingTime(tx, thread.conversationId)
  const keepMs = ctx.config.behaviour.threads.reopenWithinDays * 86_400_000
  return closedAt === null || closedAt + keepMs > ctx.now() ? thread.conversationId : null
}

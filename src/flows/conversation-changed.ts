import type { Decision, Fact } from '../queue/work.ts'
import type { Tx } from '../store/database.ts'
import { countClosing } from '../store/durations.ts'
import { closingTime, leaveConversation, setClosed } from '../store/threads.ts'
import type { Ctx } from './context.ts'
import type { ConversationChanged } from './facts.ts'
import { askSurvey } from './survey.ts'

/** A conversation was closed, opened or deleted in Intercom. One that is none of ours has no row to change. */
export async function conversationChanged(ctx: Ctx, tx: Tx, fact: Fact): Promise<Decision> {
  const { conversationId, change, at }: ConversationChanged = JSON.parse(fact.body)
  if (change === 'deleted') await leaveConversation(tx, conversationId, ctx.now())
  else {
    if (change === 'closed') await countClosing(tx, conversationId, at)
    await setClosed(tx, conversationId, change === 'closed', at)
    // One that is open again by now is nothing to ask about.
    const isClosed = change === 'closed' && (await closingTime(tx, conversationId)) !== null
    if (isClosed) await askSurvey(ctx, tx, conversationId, at)
  }
  return 'done'
}

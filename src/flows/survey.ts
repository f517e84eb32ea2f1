import type { Tx } from '../store/database.ts'
import { latestWords } from '../store/messages.ts'
import { addSurvey, latestSurvey } from '../store/surveys.ts'
import { threadOfConversation } from '../store/threads.ts'
import { automaticText } from './automatic-text.ts'
import type { Ctx } from './context.ts'
import { claimSaying } from './may-say.ts'

/**
 * A conversation has been closed: the customer is asked how it was, once, where something was said since the last time.
 * @param closedAt Unix ms
 */
export async function askSurvey(ctx: Ctx, tx: Tx, conversationId: string, closedAt: number): Promise<void> {
  const { survey } = ctx.config.behaviour
  const thread = await threadOfConversation(tx, conversationId)
  // A thread that went on to another conversation is in the middle of something.
  if (survey === null || thread?.conversationId !== conversationId) return
  const validMs = survey.validHours * 3_600_000
  const said = await latestWords(tx, conversationId)
  if (said === null || closedAt + validMs < ctx.now()) return
  const last = await latestSurvey(tx, thread.id)
  if (last?.conversationId === conversationId && last.messageId !== null && last.messageId > said) return
  if (!(await claimSaying(ctx, tx, thread, 'survey'))) return
  const question = { kind: 'survey' as const, words: { template: survey.question }, conversationId }
  const asked = await automaticText(ctx, tx, thread, question)
  if (!asked) return
  const { messageId, at } = asked
  await addSurvey(tx, { threadId: thread.id, conversationId, messageId, validUntil: at + validMs }, ctx.now())
}

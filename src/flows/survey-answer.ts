import { wholeTextIn } from '../rules/keywords.ts'
import { surveyAnswered } from '../rules/notes.ts'
import type { Tx } from '../store/database.ts'
import { messageById, textedSince } from '../store/messages.ts'
import { answerSurvey, latestSurvey, type Survey } from '../store/surveys.ts'
import { closingTime, type Thread } from '../store/threads.ts'
import { automaticText } from './automatic-text.ts'
import type { Ctx } from './context.ts'
import { manage } from './manage-conversation.ts'
import { claimSaying } from './may-say.ts'
import { ANSWERS } from './origins.ts'
import { addNote } from './post-note.ts'

/**
 * Whether a text is an answer to the survey and nothing else: then it is counted, shown in the conversation it is about,
 * and opens none. Once somebody has asked the customer something else, "2" may be an answer to that.
 */
export async function takeSurveyAnswer(ctx: Ctx, tx: Tx, thread: Thread, body: string): Promise<boolean> {
  const { survey } = ctx.config.behaviour
  const answer = survey && wholeTextIn(body, survey.answers)
  if (!survey || !answer) return false
  const asked = await latestSurvey(tx, thread.id)
  if (!asked || asked.answer !== null || asked.validUntil <= ctx.now() || asked.messageId === null) return false
  const question = await messageById(tx, asked.messageId)
  if (question.twilioSid === null || (await textedSince(tx, question, ANSWERS))) return false
  await answerSurvey(tx, asked.id, answer, ctx.now())
  const low = /^\d+$/.test(answer) && Number(answer) <= survey.low
  await showAnswer(ctx, tx, thread, asked, { answer, low })
  if (survey.thanks !== '' && (await claimSaying(ctx, tx, thread, 'thanks'))) {
    const thanks = { kind: 'thanks' as const, words: { template: survey.thanks }, conversationId: asked.conversationId }
    await automaticText(ctx, tx, thread, thanks)
  }
  return true
}

/** On the conversation as an attribute and a note; one with a low answer is opened again for those who can mend things. */
async function showAnswer(
  ctx: Ctx,
  tx: Tx,
  thread: Thread,
  { conversationId }: Survey,
  { answer, low }: { answer: string; low: boolean },
): Promise<void> {
  const team = ctx.config.behaviour.survey?.team
  const sms_rating = /^\d+$/.test(answer) ? Number(answer) : answer
  const closed = (await closingTime(tx, conversationId)) !== null
  await manage(ctx, tx, thread, { do: 'mark', conversationId, attributes: { sms_rating } })
  if (low && closed) await manage(ctx, tx, thread, { do: 'open', conversationId })
  if (low && team) await manage(ctx, tx, thread, { do: 'assign', conversationId, to: { kind: 'team', name: team } })
  await addNote(ctx, tx, { thread, messageId: null, conversationId, html: surveyAnswered({ answer, low }) })
}

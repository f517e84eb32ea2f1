import { sql } from 'kysely'
import type { Db, Tx } from './database.ts'

export interface Survey {
  id: number
  conversationId: string
  messageId: number | null
  /** Unix ms. */
  validUntil: number
  answer: string | null
}

/** A question is asked. @param validUntil Unix ms */
export async function addSurvey(
  tx: Tx,
  survey: { threadId: number; conversationId: string; messageId: number | null; validUntil: number },
  now: number,
): Promise<void> {
  const { threadId, conversationId, messageId, validUntil } = survey
  await tx
    .insertInto('surveys')
    .values({
      thread_id: threadId,
      conversation_id: conversationId,
      message_id: messageId,
      asked_at: now,
      valid_until: validUntil,
      answer: null,
      answered_at: null,
    })
    .execute()
}

/** The latest question of a thread; null when it was never asked one. */
export async function latestSurvey(tx: Tx, threadId: number): Promise<Survey | null> {
  const row = await tx
    .selectFrom('surveys')
    .select([
      'id',
      'conversation_id as conversationId',
      'message_id as messageId',
      'valid_until as validUntil',
      'answer',
    ])
    .where('thread_id', '=', threadId)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ?? null
}

export async function answerSurvey(tx: Tx, id: number, answer: string, now: number): Promise<void> {
  await tx.updateTable('surveys').set({ answer, answered_at: now }).where('id', '=', id).execute()
}

/** Written out instead of bound, so that the database sees that its index of answers is meant. */
const answered = sql<boolean>`answer is not null`

/** What customers answered between these times (Unix ms), the most frequent first. */
export async function answersBetween(
  db: Db,
  { from, to }: { from: number; to: number },
): Promise<{ answer: string; count: number }[]> {
  const rows = await db
    .selectFrom('surveys')
    .select((e) => ['answer', e.fn.countAll<number>().as('count')])
    .where(answered)
    .where('answered_at', '>=', from)
    .where('answered_at', '<', to)
    .groupBy('answer')
    .orderBy('count', 'desc')
    .orderBy('answer')
    .execute()
  return rows.map(({ answer, count }) => ({ answer: String(answer), count: Number(count) }))
}

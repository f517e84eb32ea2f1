import { sql } from 'kysely'
import type { Db, Tx } from './database.ts'
import type { DurationsTable } from './schema-operators.ts'

/**
 * A teammate has answered. The first answer in a conversation that the customer began says how long customers wait.
 * @param at Unix ms
 */
export async function countAnswer(tx: Tx, conversationId: string, at: number): Promise<void> {
  const first = await tx
    .updateTable('conversations')
    .set({ replied_at: at })
    .where('id', '=', conversationId)
    .where('replied_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  if (!first) return
  const began = await tx
    .selectFrom('messages')
    .select(['direction', 'created_at'])
    .where('conversation_id', '=', conversationId)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  if (began?.direction === 'inbound') await keep(tx, 'first_reply', began.created_at, at)
}

/** A conversation is being closed; one that was closed already is not closed again. `at` in Unix ms. */
export async function countClosing(tx: Tx, conversationId: string, at: number): Promise<void> {
  const open = await tx
    .selectFrom('conversations')
    .select('opened_at')
    .where('id', '=', conversationId)
    .where('closed_at', 'is', null)
    .where('changed_at', '<=', at)
    .executeTakeFirst()
  if (open) await keep(tx, 'closed', open.opened_at, at)
}

/** Intercom's clock may be behind ours, and its times are whole seconds. */
async function keep(tx: Tx, kind: DurationsTable['kind'], from: number, to: number): Promise<void> {
  const seconds = Math.max(0, Math.round((to - from) / 1000))
  await tx.insertInto('durations').values({ kind, at: to, seconds }).execute()
}

/** As many as can be sorted while somebody waits. */
const SAMPLE = 20_000

export interface Durations {
  count: number
  /** How often there was which duration, the shortest first: of all, or of a fair sample where there are very many. */
  seconds: { seconds: number; count: number }[]
}

/** What ended between these times (Unix ms). */
export async function durationsOf(
  db: Db | Tx,
  kind: DurationsTable['kind'],
  { from, to }: { from: number; to: number },
): Promise<Durations> {
  const some = db.selectFrom('durations').where('kind', '=', kind).where('at', '>=', from).where('at', '<', to)
  const { count } = await some.select((e) => e.fn.countAll<number>().as('count')).executeTakeFirstOrThrow()
  const nth = Math.ceil(Number(count) / SAMPLE)
  const rows = await some
    .select((e) => ['seconds', e.fn.countAll<number>().as('count')])
    // Neighbours must not always fall together: the ids are stirred before every nth is taken.
    .$if(nth > 1, (all) => all.where(sql<boolean>`id * 7919 % 65537 % ${sql.lit(nth)} = 0`))
    .groupBy('seconds')
    .orderBy('seconds')
    .execute()
  return {
    count: Number(count),
    seconds: rows.map((row) => ({ seconds: Number(row.seconds), count: Number(row.count) })),
  }
}

import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Db, Tx } from '../store/database.ts'
import * as old from '../store/retention.ts'
import type { Ctx } from './context.ts'
import { partKeys } from './erase-customer.ts'
import { laneOf } from './lanes.ts'
import { redactTexts } from './redact-text.ts'

interface Parts {
  ctx: Pick<Ctx, 'config' | 'now'>
  db: Db
  /** It is gone on with tomorrow. */
  stopped: () => boolean
}

/** How many rows of what are gone. */
export type OldGone = Record<string, number>

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
const ROWS_AT_ONCE = 200

/**
 * What is older than `retention.days` goes, in transactions so small that nobody waits for them. The register of opt-outs,
 * the audit and the hashes of keys stay, and so does whatever is not finished. Null where everything is kept.
 */
export async function forgetOld(o: Parts): Promise<OldGone | null> {
  const { retention, autoReplies } = o.ctx.config.behaviour
  if (retention.days === null) return null
  const before = o.ctx.now() - retention.days * DAY_MS
  // What was said by itself is not said again before this is over.
  const cooled = Math.min(before, o.ctx.now() - (autoReplies.cooldownHours + 1) * HOUR_MS)
  const messages = (tx: Tx, span: old.Span) => forgetMessages(o.ctx, tx, span, retention.redactAtTwilio)
  return {
    messages: await inSteps(o, before, messages),
    attempts: await inSteps(o, before, (tx, span) => old.forgetRecords(tx, 'attempts', span)),
    jobs: await inSteps(o, before, old.forgetEffects),
    facts: await inSteps(o, before, old.forgetFacts),
    surveys: await inSteps(o, before, (tx, span) => old.forgetRecords(tx, 'surveys', span)),
    automaticTexts: await inSteps(o, cooled, (tx, span) => old.forgetRecords(tx, 'automatic_texts', span)),
    notes: await inSteps(o, before, old.forgetNotes),
    threads: await inSteps(o, before, old.forgetThreads),
    conversations: await inSteps(o, before, old.forgetConversations),
  }
}

async function forgetMessages(ctx: Parts['ctx'], tx: Tx, span: old.Span, atTwilio: boolean): Promise<old.Forgotten> {
  const { sids, ...forgotten } = await old.forgetMessages(tx, span, partKeys)
  if (atTwilio) await redactTexts(ctx, tx, sids, laneOf.redaction('retention'))
  return forgotten
}

async function inSteps(
  o: Parts,
  before: number,
  step: (tx: Tx, span: old.Span) => Promise<old.Forgotten>,
): Promise<number> {
  let total = 0
  for (let after: string | null = ''; after !== null && !o.stopped(); ) {
    const span: old.Span = { before, now: o.ctx.now(), after, limit: ROWS_AT_ONCE }
    const { gone, next } = await o.db.transaction().execute((tx) => step(tx, span))
    total += gone
    after = next
    await nextTurn()
  }
  return total
}

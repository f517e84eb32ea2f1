import type { Ctx } from '../flows/context.ts'
import type { NewFact } from '../queue/inbox.ts'
import type { Db } from '../store/database.ts'
import { keepTime, readTime, settingOr } from '../store/settings.ts'
import { missedReplies } from './intercom.ts'
import { missedTexts } from './twilio.ts'

export interface Found {
  /** Texts, statuses and replies that had not been announced. */
  texts: number
  statuses: number
  replies: number
}

export interface Reconciler {
  /**
   * Looks on both sides for what was missed; what is known already is never recorded twice.
   * @param since Unix ms; default: where the last look ended, less the overlap, and never before this bridge was installed.
   * @throws VendorError when a side does not answer; what the other side had is recorded all the same.
   */
  run(since?: number): Promise<Found>
}

export interface ReconcileOptions {
  ctx: Ctx
  db: Db
  /** Resolves once the facts are durable. */
  record: (facts: NewFact[]) => Promise<void>
}

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000

export function createReconciler(o: ReconcileOptions): Reconciler {
  let running: Promise<Found> | null = null
  async function once(since?: number): Promise<Found> {
    const [texts, replies] = await Promise.allSettled([
      side(o, 'twilio', missedTexts, since),
      side(o, 'intercom', missedReplies, since),
    ])
    if (texts.status === 'rejected') throw texts.reason
    if (replies.status === 'rejected') throw replies.reason
    return { ...texts.value, ...replies.value }
  }
  return {
    run(since) {
      // A second look at the same time would find the same things.
      if (running && since === undefined) return running
      const before = running?.catch(() => {}) ?? Promise.resolve()
      const look = before
        .then(() => once(since))
        .finally(() => {
          if (running === look) running = null
        })
      running = look
      return look
    },
  }
}

/**
 * One side, from where its last look ended. Its cursor moves only after everything found is on disk, and only when nothing
 * between it and this look was left out.
 */
async function side<T>(
  o: ReconcileOptions,
  name: 'twilio' | 'intercom',
  look: (o: ReconcileOptions, since: number) => Promise<T>,
  since?: number,
): Promise<T> {
  const startedAt = o.ctx.now()
  const due = await startOf(o, name)
  const found = await look(o, since ?? due)
  if (since === undefined || since <= due) await keepTime(o.db, `reconciled.${name}`, startedAt)
  return found
}

async function startOf({ ctx, db }: ReconcileOptions, name: string): Promise<number> {
  const { overlapMinutes, maxDays } = ctx.config.behaviour.reconcile
  const installedAt = Number(await settingOr(db, 'installed', () => String(ctx.now())))
  const last = (await readTime(db, `reconciled.${name}`)) ?? installedAt
  const since = Math.max(installedAt, last - overlapMinutes * MINUTE_MS, ctx.now() - maxDays * DAY_MS)
  // Both services date things by whole seconds.
  return Math.floor(since / 1000) * 1000
}

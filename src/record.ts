import type { Metrics } from './metrics.ts'
import type { Inbox, NewFact } from './queue/inbox.ts'
import type { StorageHealth } from './store/health.ts'
import { newTrace } from './trace.ts'
import type { Tracing } from './tracing.ts'

interface RecordParts {
  inbox: Inbox
  health: StorageHealth
  metrics: Metrics
  tracing: Tracing
  /** Unix milliseconds. */
  now: () => number
}

/** Resolves once the facts are durable, rejects when they could not be stored. */
export type RecordFacts = (facts: NewFact[]) => Promise<void>

/**
 * How facts come in, each at the beginning of a trace of its own.
 * @param by who brings them, a `webhook` or the look for what was missed
 */
export function recorder(
  { inbox, health, metrics, tracing, now }: RecordParts,
  by: 'webhook' | 'reconcile',
): RecordFacts {
  return async (given) => {
    // Facts are refused while the file is damaged: what cannot be kept must not be acknowledged.
    if (health.damaged()) throw new Error('The database is damaged')
    const startedAt = now()
    const facts = given.map((fact) => ({ ...fact, trace: newTrace() }))
    const told = (error: string | null) => tracing.recorded(facts, { by, startedAt, endedAt: now(), error })
    try {
      await inbox.record(facts)
      health.worked()
      metrics.stored(facts)
      told(null)
    } catch (error) {
      health.failed(error)
      metrics.notStored()
      told('not_stored')
      throw error
    }
  }
}

import { VendorError } from '../errors.ts'
import type { Tx } from '../store/database.ts'
import { isStorageFailure } from '../store/storage-failure.ts'
import { follow } from '../trace.ts'
import { backoff } from './backoff.ts'
import { inLane } from './in-lane.ts'
import { effectById, type StoredEffect, updateEffect, updateFact } from './jobs.ts'
import { type Lease, LeaseLost, restLane } from './lanes.ts'
import { giveUp, idsOf } from './settle.ts'
import type { TurnOptions } from './turn.ts'
import type { Fact } from './work.ts'

/**
 * The row a transaction stumbled over, known even when the transaction is rolled back: the effect, or, where that was
 * rolled back as well, the fact it came from.
 */
export interface Stumble {
  effect?: StoredEffect
  fact?: Fact
}

/** A row that cannot even be decided must not stop those behind it for ever. */
export async function setAside(o: TurnOptions, lease: Lease, stumble: Stumble, err: unknown): Promise<void> {
  const { fact, effect } = stumble
  o.log.error({ ...(effect && idsOf(effect)), fact: fact?.id, err }, 'A row could not be decided')
  const count = (tell: boolean) =>
    inLane(o, lease, async (tx) => {
      follow(tx, (stumble.effect ?? stumble.fact)?.trace ?? null)
      const failures = await countFailure(o, tx, stumble, tell)
      await restLane(tx, lease, o.now() + backoff({ baseMs: o.retryBaseMs, failures, random: Math.random() }))
    })
  try {
    await count(true)
  } catch (again) {
    // Not even telling of it works: then it dies in silence, but for the log.
    if (again instanceof LeaseLost || isStorageFailure(again)) throw again
    await count(false)
  }
}

async function countFailure(o: TurnOptions, tx: Tx, { effect, fact }: Stumble, tell: boolean): Promise<number> {
  const error = 'It could not be decided; the log has the details.'
  if (effect && (await effectById(tx, effect.id))) {
    const failures = effect.failures + 1
    const last = failures >= o.maxAttempts
    const flow = tell && last ? o.work.effects[effect.kind] : undefined
    const init = { vendor: 'intercom' as const, code: 'undecidable', permanent: true, certain: false }
    if (flow) {
      await giveUp(o, tx, flow, effect, new VendorError(error, init))
      return failures
    }
    await updateEffect(tx, effect.id, { failures, error, ...(last ? { state: 'dead' as const } : {}) }, o.now())
    const { id, kind, messageId } = effect
    if (last && tell) await o.work.dead(tx, { id: `e${id}`, kind, messageId, error })
    return failures
  }
  if (!fact) return 1
  const attempts = await updateFact(tx, fact.id, { error, attempts: 'one more' })
  if (attempts < o.maxAttempts) return attempts
  await updateFact(tx, fact.id, { state: 'dead' })
  if (tell) await o.work.dead(tx, { id: `f${fact.id}`, kind: fact.kind, messageId: null, error })
  return attempts
}

import { VendorError } from '../errors.ts'
import type { Tx } from '../store/database.ts'
import { readTrace } from '../trace.ts'
import { backoff } from './backoff.ts'
import { doubtOf, nextLookup, patienceEnds, provenAbsent } from './doubt.ts'
import { addAttempt, headEffect, type StoredEffect, updateEffect } from './jobs.ts'
import { openDoor, shutDoor } from './pace.ts'
import type { Call, TurnOptions } from './turn.ts'
import type { EffectFlow } from './work.ts'

/** How a call, or a look for what a call left behind, ended. */
export type Outcome = { answer: object } | { absent: true } | { error: VendorError }

/** The vendor's door is shut to us until a person acts; asking every half minute is enough to notice. */
const UNAUTHORIZED_WAIT_MS = 30_000

/** While a service cannot be reached at all, it is tried at least this often. */
const UNREACHABLE_WAIT_MS = 30_000

/** Writes down how the call ended. Returns the time to come back, or null when the lane can go on at once. */
export async function settle(o: TurnOptions, tx: Tx, call: Call, outcome: Outcome): Promise<number | null> {
  await record(o, tx, call, outcome)
  const head = await headEffect(tx, call.effect.lane)
  // Evidence (a status callback, a webhook) may have settled it while the answer was on its way.
  if (head?.id !== call.effect.id || head.state !== call.effect.state) return null
  if ('answer' in outcome) return accept(o, tx, call, outcome.answer)
  if ('absent' in outcome) return absent(o, tx, call)
  if (call.lookup) return lookupFailed(o, tx, call, outcome.error)
  return failed(o, tx, call, outcome.error)
}

async function accept(o: TurnOptions, tx: Tx, call: Call, answer: object): Promise<null> {
  await openDoor(tx, call.flow.vendor)
  const verdict = await call.step.accepted(tx, call.effect, call.request, answer)
  const state = verdict === 'done' ? 'done' : 'ready'
  await updateEffect(tx, call.effect.id, { state, request: null, doubt_at: null, lookups: 0, error: null }, o.now())
  return null
}

async function failed(o: TurnOptions, tx: Tx, call: Call, error: VendorError): Promise<number | null> {
  const { effect } = call
  if (error.unauthorized) {
    await updateEffect(tx, effect.id, { state: 'ready', error: error.message }, o.now())
    await shutDoor(tx, error.vendor, o.now() + UNAUTHORIZED_WAIT_MS, error.message)
    return o.now() + UNAUTHORIZED_WAIT_MS
  }
  if (error.status === 429 || error.unreachable) {
    // It concerns everybody, not this one customer, and it is nobody's failure: all wait for the same door.
    const failures = error.unreachable ? effect.attempt : 1
    const wait = backoff({ baseMs: o.retryBaseMs, failures, retryAfter: error.retryAfter, random: Math.random() })
    const until = o.now() + (error.unreachable ? Math.min(wait, UNREACHABLE_WAIT_MS) : wait)
    await updateEffect(tx, effect.id, { state: 'ready', error: error.message }, o.now())
    await shutDoor(tx, error.vendor, until)
    return until
  }
  if (!error.certain && !call.step.repeatable) {
    await doubt(o, tx, effect)
    return nextLookup({ ...doubtOf(effect, call.flow, o.settleMs), doubtAt: o.now(), lookups: 0 })
  }
  const failures = effect.failures + 1
  const last = failures >= o.maxAttempts
  const mended = error.permanent && !last && (await call.step.mend?.(tx, effect, call.request, error))
  if (last || (error.permanent && !mended)) return giveUp(o, tx, call.flow, effect, error)
  await updateEffect(tx, effect.id, { state: 'ready', failures, error: error.message }, o.now())
  // What was mended need not wait, the first time.
  if (mended && failures === 1) return null
  return o.now() + backoff({ baseMs: o.retryBaseMs, failures, retryAfter: error.retryAfter, random: Math.random() })
}

/** From now on only evidence, or a person, moves this effect. */
export async function doubt(o: TurnOptions, tx: Tx, effect: StoredEffect): Promise<void> {
  const at = o.now()
  const first = effect.firstDoubtAt ?? at
  await updateEffect(tx, effect.id, { state: 'uncertain', doubt_at: at, first_doubt_at: first, lookups: 0 }, at)
}

/** Looked for and not found. */
async function absent(o: TurnOptions, tx: Tx, call: Call): Promise<number | null> {
  const { effect, flow } = call
  const state = doubtOf(effect, flow, o.settleMs)
  const lookups = effect.lookups + 1
  if (!provenAbsent(state)) {
    await updateEffect(tx, effect.id, { lookups }, o.now())
    return nextLookup({ ...state, lookups })
  }
  const failures = effect.failures + 1
  if (effect.resends >= flow.resends || failures >= o.maxAttempts) return handOver(o, tx, call)
  const resends = effect.resends + 1
  await updateEffect(tx, effect.id, { state: 'ready', lookups: 0, doubt_at: null, resends, failures }, o.now())
  return null
}

async function lookupFailed(o: TurnOptions, tx: Tx, call: Call, error: VendorError): Promise<number | null> {
  const state = doubtOf(call.effect, call.flow, o.settleMs)
  const again = o.now() + Math.max(Math.round(state.settleMs / 6), o.retryBaseMs)
  // While a person waits for word there is an end to it; what may be posted again waits until the service is back.
  if (!call.flow.unknown && !error.permanent) return again
  const end = patienceEnds(state)
  return o.now() >= end ? handOver(o, tx, call) : Math.min(again, end)
}

/** No machine can settle it any more: it becomes `unknown` where that is a state, a dead letter where it is not. */
async function handOver(o: TurnOptions, tx: Tx, call: Call): Promise<null> {
  const { effect, flow } = call
  const error = new VendorError('Tried several times, and each time it could not be proven that it worked.', {
    vendor: flow.vendor,
    code: 'unproven',
    permanent: true,
    certain: false,
  })
  if (!flow.unknown) return giveUp(o, tx, flow, effect, error)
  await flow.unknown(tx, effect)
  await updateEffect(tx, effect.id, { state: 'unknown', error: error.message }, o.now())
  o.log.error(idsOf(effect), 'outcome unknown')
  return null
}

/** Nothing more is tried by itself. */
export async function giveUp(
  o: TurnOptions,
  tx: Tx,
  flow: EffectFlow,
  effect: StoredEffect,
  error: VendorError,
): Promise<null> {
  const state = await flow.gaveUp(tx, effect, error)
  await updateEffect(tx, effect.id, { state, failures: effect.failures + 1, error: error.message }, o.now())
  if (state === 'done') return null
  const { id, kind, messageId } = effect
  await o.work.dead(tx, { id: `e${id}`, kind, messageId, error: error.message })
  o.log.error({ ...idsOf(effect), err: error }, 'given up')
  return null
}

/** One row and one log line per attempt. */
async function record(o: TurnOptions, tx: Tx, call: Call, outcome: Outcome): Promise<void> {
  const { effect, madeAt: startedAt } = call
  const step = call.lookup ? `look for: ${effect.step}` : effect.step
  const endedAt = o.now()
  const error = 'error' in outcome ? outcome.error : null
  const code = error?.code ?? null
  const result = outcomeWord(outcome)
  await addAttempt(tx, { effect, step, startedAt, endedAt, outcome: result, code, error: error?.message ?? null })
  o.watch.attempt({ effect, vendor: call.flow.vendor, step, outcome: result, code, startedAt, endedAt })
  const line = { ...idsOf(effect), step, outcome: result, ms: endedAt - startedAt }
  if (error) o.log.warn({ ...line, err: error }, 'attempt')
  else o.log.info(line, 'attempt')
}

/** What a line of the log about an effect begins with. */
export function idsOf({ id, kind, messageId, trace }: StoredEffect) {
  return { trace: trace === null ? undefined : readTrace(trace).traceId, effect: id, kind, message: messageId }
}

function outcomeWord(outcome: Outcome): string {
  if ('answer' in outcome) return 'accepted'
  if ('absent' in outcome) return 'not found'
  if (!outcome.error.certain) return 'uncertain'
  return outcome.error.permanent ? 'refused' : 'not accepted'
}

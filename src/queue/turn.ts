import { setTimeout as wait } from 'node:timers/promises'
import { VendorError } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Commit } from '../store/commit.ts'
import type { Tx } from '../store/database.ts'
import { isStorageFailure } from '../store/storage-failure.ts'
import { follow, traced, traceOf } from '../trace.ts'
import { doubtOf, nextLookup } from './doubt.ts'
import { inLane } from './in-lane.ts'
import { headEffect, headFact, type StoredEffect, updateEffect, updateFact } from './jobs.ts'
import { dropLane, type Lease, LeaseLost, restLane } from './lanes.ts'
import { type Slot, shutUntil, takeSlot } from './pace.ts'
import { type Stumble, setAside } from './set-aside.ts'
import { doubt, idsOf, type Outcome, settle } from './settle.ts'
import type { Watch } from './watch.ts'
import type { Decision, EffectFlow, Fact, Plan, Step, Work } from './work.ts'

export interface TurnOptions {
  commit: Commit
  work: Work
  now: () => number
  log: Log
  leaseMs: number
  settleMs: number
  retryBaseMs: number
  maxAttempts: number
  /** Other lanes may have got work. */
  wake: () => void
  /** The lane waits for its slot until then (Unix ms). */
  appointed: (lane: string, at: number) => void
  watch: Watch
}

/** A call about to be made, outside of any transaction. */
export interface Call {
  effect: StoredEffect
  flow: EffectFlow
  step: Step
  request: object
  /** Look for evidence of the call in doubt instead of making one. */
  lookup: boolean
  /** Of a look: when the call in doubt was made. */
  startedAt: number
  /** When this very call, or look, began. */
  madeAt: number
}

/** A batch of decisions stays small enough not to keep others from the database. */
const DECISIONS_IN_A_ROW = 20
const STORAGE_RETRY_MS = 250

/**
 * Makes the call that was decided on, in a transaction writes down how it ended and decides on the next one. Every
 * transaction first proves that the lane is still ours.
 * @param goOn whether there is to be a next one
 * @returns the next call; null when the lane is at rest
 * @throws LeaseLost when another worker took the lane over
 */
export async function takeTurn(o: TurnOptions, lease: Lease, call: Call, goOn: () => boolean): Promise<Call | null> {
  const outcome = await make(o, call)
  const after = await finish(o, lease, call, outcome, goOn)
  o.watch.storage(null)
  o.wake()
  return after === 'look' ? nextCall(o, lease) : after
}

/**
 * Writes down how the call ended. What a call did is known only here, so a storage that fails is tried again for as long
 * as the lease holds; after that the effect is looked up like any other call in doubt.
 * @returns `look`: what is next has yet to be decided
 */
async function finish(
  o: TurnOptions,
  lease: Lease,
  call: Call,
  outcome: Outcome,
  goOn: () => boolean,
): Promise<Call | null | 'look'> {
  const end = o.now() + o.leaseMs / 2
  for (let together = true; ; ) {
    const stumble: Stumble = {}
    try {
      return await inLane(o, lease, async (tx) => {
        follow(tx, call.effect.trace)
        const waitUntil = await settle(o, tx, call, outcome)
        if (waitUntil === null && goOn()) return together ? nextIn(o, tx, lease, stumble) : 'look'
        await restLane(tx, lease, waitUntil ?? o.now())
        return null
      })
    } catch (err) {
      o.watch.storage(err)
      const again = isStorageFailure(err) && o.now() < end
      if (again) await wait(STORAGE_RETRY_MS)
      else if (err instanceof LeaseLost || isStorageFailure(err)) throw err
      // What is next must not undo what was done: it is set aside by itself.
      else if (stumble.effect || stumble.fact) together = false
      else {
        await setAside(o, lease, { effect: call.effect }, err)
        return null
      }
    }
  }
}

/**
 * Decides on the next call of the lane and writes down that it is about to be made.
 * @returns null when the lane is at rest
 * @throws LeaseLost when another worker took the lane over
 */
export async function nextCall(o: TurnOptions, lease: Lease): Promise<Call | null> {
  const stumble: Stumble = {}
  try {
    const call = await inLane(o, lease, (tx) => nextIn(o, tx, lease, stumble))
    o.watch.storage(null)
    o.wake()
    return call
  } catch (err) {
    if (isStorageFailure(err) || (!stumble.effect && !stumble.fact)) throw err
    await setAside(o, lease, stumble, err)
    return null
  }
}

async function nextIn(o: TurnOptions, tx: Tx, lease: Lease, stumble: Stumble): Promise<Call | null> {
  for (let decisions = 0; decisions < DECISIONS_IN_A_ROW; ) {
    const effect = await headEffect(tx, lease.lane)
    if (effect) {
      stumble.effect = effect
      follow(tx, effect.trace)
      const call = await begin(o, tx, effect)
      delete stumble.effect
      if (call === 'again') continue
      if ('effect' in call) return call
      await restLane(tx, lease, call.waitUntil)
      if (call.slot) o.appointed(lease.lane, call.waitUntil)
      return null
    }
    const fact = await headFact(tx, lease.lane)
    if (!fact) {
      await dropLane(tx, lease)
      return null
    }
    stumble.fact = fact
    const decision = await decide(o, tx, fact)
    if (decision !== 'done') {
      await restLane(tx, lease, o.now() + decision.waitMs)
      return null
    }
    decisions++
  }
  await restLane(tx, lease, o.now())
  return null
}

async function decide(o: TurnOptions, tx: Tx, fact: Fact): Promise<Decision> {
  const startedAt = o.now()
  follow(tx, fact.trace)
  const decision = await o.work.decide(tx, fact)
  if (decision !== 'done') return decision
  await updateFact(tx, fact.id, { state: 'done' })
  o.watch.decided({ fact, trace: traceOf(tx), startedAt, endedAt: o.now() })
  o.log.info({ ...traced(tx), fact: fact.id, kind: fact.kind, waited: startedAt - fact.receivedAt }, 'fact')
  return 'done'
}

/** When to come back to an effect; `slot`: it is then its turn at the door. */
interface Later {
  waitUntil: number
  slot?: true
}

/** The call to make, when to come back, or `again` when there is none to make. */
async function begin(o: TurnOptions, tx: Tx, effect: StoredEffect): Promise<Call | Later | 'again'> {
  const flow = o.work.effects[effect.kind]
  if (!flow) throw new Error(`No flow for effects of kind ${effect.kind}`)
  if (effect.state === 'sending') {
    // Its worker died between "about to call" and "called": the call may or may not have been made.
    if (stepOf(flow, effect.step).repeatable) await updateEffect(tx, effect.id, { state: 'ready' }, o.now())
    else await doubt(o, tx, effect)
    return 'again'
  }
  if (effect.state === 'uncertain') {
    const at = nextLookup(doubtOf(effect, flow, o.settleMs))
    if (at > o.now()) return { waitUntil: at }
    const { request } = effect
    // An earlier call of the same effect may show up late as well.
    const startedAt = Math.min(effect.startedAt, effect.firstDoubtAt ?? effect.startedAt)
    return { effect, flow, step: stepOf(flow, effect.step), request, lookup: true, startedAt, madeAt: o.now() }
  }
  const plan = await flow.plan(tx, effect)
  if (plan === 'nothing to do') {
    await updateEffect(tx, effect.id, { state: 'done' }, o.now())
    return 'again'
  }
  if ('waitUntil' in plan) return plan
  const { at, slotAt } = await slotFor(o, tx, effect, flow, plan)
  if (at <= o.now()) return beginCall(o, tx, effect, flow, plan)
  await updateEffect(tx, effect.id, { slot_at: slotAt }, o.now())
  return { waitUntil: Math.ceil(at), ...(slotAt !== null && { slot: true }) }
}

type CallPlan = Extract<Plan, { request: object }>

/** When the call may be made. A vendor that has shut its door has shut it for every sender. */
async function slotFor(o: TurnOptions, tx: Tx, effect: StoredEffect, flow: EffectFlow, plan: CallPlan): Promise<Slot> {
  const now = o.now()
  const door = plan.door ?? flow.vendor
  const shut = door === flow.vendor ? 0 : await shutUntil(tx, flow.vendor)
  if (shut > now) return { at: shut, slotAt: null }
  return takeSlot(tx, { door, rate: o.work.rateOf(door), cost: plan.cost ?? 1, slotAt: effect.slotAt, now })
}

async function beginCall(
  o: TurnOptions,
  tx: Tx,
  effect: StoredEffect,
  flow: EffectFlow,
  plan: CallPlan,
): Promise<Call> {
  const startedAt = o.now()
  const attempt = effect.attempt + 1
  const request = JSON.stringify({ step: plan.step, request: plan.request })
  const changes = { state: 'sending' as const, attempt, started_at: startedAt, request, slot_at: null }
  await updateEffect(tx, effect.id, changes, startedAt)
  const sending = { ...effect, state: 'sending' as const, attempt, step: plan.step, request: plan.request, startedAt }
  const call = { effect: sending, flow, step: stepOf(flow, plan.step), request: plan.request, lookup: false }
  return { ...call, startedAt, madeAt: startedAt }
}

function stepOf(flow: EffectFlow, name: string): Step {
  const step = flow.steps[name]
  if (!step) throw new Error(`No step "${name}"`)
  return step
}

async function make(o: TurnOptions, call: Call): Promise<Outcome> {
  const { flow, step, request, effect } = call
  // A host that was frozen meanwhile has lost its lease: somebody else may be making this very call.
  if (o.now() >= call.startedAt + o.leaseMs && !call.lookup) throw new LeaseLost('The lease ran out before the call')
  try {
    if (!call.lookup) return { answer: await step.send(request, effect) }
    const found = await step.lookup?.(request, call.startedAt)
    return found ? { answer: found } : { absent: true }
  } catch (err) {
    if (err instanceof VendorError) return { error: err }
    o.log.error({ ...idsOf(effect), err }, 'Unforeseen error during a call')
    // A bug of ours, most likely; it is treated as the most careful case: the call may have been made.
    const init = { vendor: flow.vendor, code: 'unforeseen', permanent: false, certain: false }
    return { error: new VendorError('An unforeseen error interrupted the call; the log has the details.', init) }
  }
}

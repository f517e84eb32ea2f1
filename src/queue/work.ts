import type { Vendor, VendorError } from '../errors.ts'
import type { Tx } from '../store/database.ts'
import type { EffectState } from '../store/schema.ts'
import type { Trace } from '../trace.ts'
import type { Rate } from './pace.ts'

export interface Fact {
  id: number
  key: string
  kind: string
  lane: string
  /** JSON */
  body: string
  receivedAt: number
  /** Null when nobody began one. */
  trace: Trace | null
}

export interface Effect {
  id: number
  kind: string
  lane: string
  messageId: number | null
  /** JSON */
  body: string
  state: EffectState
  /** Number of the call under way or in doubt; the next one is `attempt + 1`. */
  attempt: number
  createdAt: number
  trace: Trace | null
}

/** What became of a fact: decided, or to be looked at again because something it needs is on its way. */
export type Decision = 'done' | { waitMs: number }

export type Plan =
  | {
      /** Name of the call, one of the flow's steps; people read it in the list of attempts. */
      step: string
      /** JSON-able: it is stored before the call and found again after a crash. */
      request: object
      /** Calls it makes, as the vendor counts them; default 1. */
      cost?: number
      /** A door of its own besides the vendor's, as each Twilio sender has. */
      door?: string
    }
  | { waitUntil: number }
  | 'nothing to do'

/**
 * One call to a vendor. `send` and `lookup` touch only the network, `accepted` and `mend` only rows.
 * `R` is what is asked, `A` what is answered.
 */
export interface Step<R extends object = object, A extends object = object> {
  /** True when making the same call twice does no harm; false when somebody would see it twice. */
  repeatable: boolean
  send(request: R, effect: Effect): Promise<A>
  /** `next`: the effect takes another call. */
  accepted(tx: Tx, effect: Effect, request: R, answer: A): Promise<'done' | 'next'>
  /** After a refusal for good: mends the rows so that planning again helps (what was named is gone, say). False: it cannot. */
  mend?(tx: Tx, effect: Effect, request: R, error: VendorError): Promise<boolean>
  /** Looks for what an uncertain call left behind; null = not there. Needed unless `repeatable`. */
  lookup?(request: R, startedAt: number): Promise<A | null>
  /** Multiplies the settle time: more than 1 where the lookup goes through an index that lags. */
  settleFactor?: number
}

/** One kind of effect. It may take several calls: it is planned anew from the rows after each. */
export interface EffectFlow {
  /** Whose door the effect goes through. */
  vendor: Vendor
  plan(tx: Tx, effect: Effect): Promise<Plan>
  steps: Record<string, Step>
  /** How often a call that is proven absent may be made again without a person. */
  resends: number
  /** Nothing more will be tried: whoever must know is told. `done` where it came to a good end all the same. */
  gaveUp(tx: Tx, effect: Effect, error: VendorError): Promise<'dead' | 'done'>
  /** It cannot be found out: written down for a person. Without it, such an effect is given up. */
  unknown?(tx: Tx, effect: Effect): Promise<void>
}

/** `id` as in the list of jobs: `e12` or `f12`. */
export interface DeadJob {
  id: string
  kind: string
  messageId: number | null
  /** A sentence. */
  error: string
}

/** What the worker works with; made in `flows/flows.ts`. */
export interface Work {
  /** The customer whose rows work on a lane may touch, or the lane itself where it is nobody's; null: any customer's. */
  about(tx: Tx, lane: string): Promise<string | null>
  decide(tx: Tx, fact: Fact): Promise<Decision>
  effects: Record<string, EffectFlow>
  /** A job was given up: written down for whoever looks after the bridge. */
  dead(tx: Tx, job: DeadJob): Promise<void>
  /** How fast a door may be used. */
  rateOf(door: string): Rate
}

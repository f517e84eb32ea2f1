import type { Vendor } from '../errors.ts'
import type { Trace } from '../trace.ts'
import type { Effect, Fact } from './work.ts'

/** A call to a vendor, or a look for what one left behind, that has ended. Times in Unix ms. */
export interface SeenAttempt {
  effect: Effect
  vendor: Vendor
  step: string
  outcome: string
  /** The error's, if there was one. */
  code: string | null
  startedAt: number
  endedAt: number
}

/** A fact that was decided. Times in Unix ms. */
export interface SeenDecision {
  fact: Fact
  /** What it turned out to be about: of a status, the trace of its text. */
  trace: Trace
  startedAt: number
  endedAt: number
}

/** Who looks on while lanes are worked. */
export interface Watch {
  /** A write worked (null), or failed. */
  storage(error: unknown): void
  attempt(attempt: SeenAttempt): void
  decided(decision: SeenDecision): void
}

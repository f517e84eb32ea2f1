import type { StoredEffect } from './jobs.ts'
import type { EffectFlow } from './work.ts'

/**
 * When to look for evidence of a call whose outcome is uncertain. Times are fractions of the settle time, the longest a
 * vendor may still act on a request whose sender is gone: finding the effect is proof at any time, not finding it proves
 * nothing before the settle time is over. With the default of 60 s all of it, one re-send included, ends within 150 s.
 */
const FIRST = [1 / 6, 1, 5 / 4]
const AFTER_RESEND = [1 / 6, 1 / 2]
/** If the lookups themselves fail, a person is told after this long. */
const LAST_WORD = 2.1

export interface Doubt {
  doubtAt: number
  firstDoubtAt: number
  lookups: number
  resends: number
  settleMs: number
}

/** Unix ms of the next look for evidence. */
export function nextLookup(doubt: Doubt): number {
  const times = doubt.resends > 0 ? AFTER_RESEND : FIRST
  const fraction = times[Math.min(doubt.lookups, times.length - 1)] ?? 1
  return doubt.doubtAt + Math.round(fraction * doubt.settleMs)
}

/** Not found just now, for the `lookups + 1`th time: is that the final word on this call? */
export function provenAbsent(doubt: Doubt): boolean {
  const times = doubt.resends > 0 ? AFTER_RESEND : FIRST
  return doubt.lookups + 1 >= times.length
}

/** Unix ms from which on lookups without an answer are enough of a wait for the customer. */
export function patienceEnds(doubt: Doubt): number {
  return doubt.firstDoubtAt + Math.round(LAST_WORD * doubt.settleMs)
}

/** What is known of the doubt about an effect's latest call. */
export function doubtOf(effect: StoredEffect, flow: EffectFlow, settleMs: number): Doubt {
  const doubtAt = effect.doubtAt ?? effect.startedAt
  return {
    doubtAt,
    firstDoubtAt: effect.firstDoubtAt ?? doubtAt,
    lookups: effect.lookups,
    // What may be re-sent freely is proven absent each time, so each doubt is as good as the first.
    resends: Number.isFinite(flow.resends) ? effect.resends : 0,
    settleMs: settleMs * (flow.steps[effect.step]?.settleFactor ?? 1),
  }
}

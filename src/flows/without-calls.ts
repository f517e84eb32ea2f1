import type { EffectFlow } from '../queue/work.ts'

/** An effect that waits for its moment and then writes rows only: whatever it leads to has an effect of its own. */
export function withoutCalls(plan: EffectFlow['plan']): EffectFlow {
  return { vendor: 'twilio', resends: 0, steps: {}, gaveUp: async () => 'dead', plan }
}

import { expect, test } from '@jest/globals'
import type { Case, Outcome } from './case.ts'
import { seed } from './random.ts'

const LONGEST_MS = 1_800_000

/** One test per case: nothing lost, doubled or out of order, and no other problem. */
export function testEach(
  cases: Case[],
  o: { concurrently?: boolean; onOutcome?: (name: string, outcome: Outcome | string) => void } = {},
): void {
  for (const { name, missing, run } of cases) {
    if (missing) {
      test.skip(`${name}: ${missing}`, () => {})
      o.onOutcome?.(name, `skipped: ${missing}`)
      continue
    }
    const one = o.concurrently ? test.concurrent : test
    one(
      `${name} (FAULT_SEED=${seed})`,
      async () => {
        const outcome = await run().catch((error: unknown) => {
          o.onOutcome?.(name, String(error))
          throw error
        })
        o.onOutcome?.(name, outcome)
        expect(outcome).toMatchObject({ lost: 0, doubled: 0, disordered: 0, problems: [] })
        expect(outcome.tried).toBeGreaterThan(0)
      },
      LONGEST_MS,
    )
  }
}

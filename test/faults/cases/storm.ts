import type { Fault } from '../../../src/sandbox/faults.ts'
import { type Case, onStage } from '../case.ts'
import { type Random, randomFor } from '../random.ts'
import { IMPATIENT, type Stage } from '../stage.ts'
import { converse } from '../traffic.ts'
import { EVERY_FAULT, VENDOR_FAULTS } from '../vendor-faults.ts'

const SHARE = 0.3
/** More than are made. */
const MOST_CALLS = 20_000
const REAL: Fault = { act: true, answer: 'real' }

/** Both vendors misbehave at random, in three of ten answers, while customers text and Sam replies. */
export function storm(seconds: number): Case {
  return {
    name: `three of ten calls fail at random for ${seconds} s`,
    run: () =>
      onStage({ timing: IMPATIENT }, async (stage) => {
        const end = performance.now() + seconds * 1000
        const met = [
          brew(stage.twilio, randomFor('storm at Twilio')),
          brew(stage.intercom, randomFor('storm at Intercom')),
        ]
        await converse(stage, randomFor('traffic of storm'), {
          customers: 12,
          pauseMs: 2000,
          over: () => performance.now() > end,
        })
        for (const shore of [stage.twilio, stage.intercom]) shore.faults.clear()
        return met.reduce((sum, count) => sum + count(), 0)
      }),
  }
}

/** One random fate for each call to come. Tells how many of the bad ones have been met. */
function brew(shore: Stage['twilio'] | Stage['intercom'], random: Random): () => number {
  const fates = Array.from({ length: MOST_CALLS }, () => {
    const bad = random.chance(SHARE)
    return { bad, handle: shore.faults.add(bad ? VENDOR_FAULTS[random.pick(EVERY_FAULT)] : REAL) }
  })
  return () => fates.filter((fate) => fate.bad && fate.handle.fired > 0).length
}

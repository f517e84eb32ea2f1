import type { Fault } from '../../../src/sandbox/faults.ts'
import { type Case, onStage } from '../case.ts'
import { settled } from '../oracle.ts'
import { IMPATIENT, type Stage, type StageOptions } from '../stage.ts'
import { customer, reply, text } from '../traffic.ts'
import { arm, type CallName, type FaultName, VENDOR_FAULTS } from '../vendor-faults.ts'

interface Act {
  /** Calls that it leads to. */
  calls: CallName[]
  play(stage: Stage): unknown
}

/** One customer's story, in which every call happens. */
const STORY: Act[] = [
  { calls: ['create contact', 'open conversation', 'tag'], play: (stage) => text(stage, 0, 'canary hello') },
  { calls: ['append part'], play: (stage) => text(stage, 0, 'canary are you there?') },
  { calls: ['send text'], play: (stage) => reply(stage, 0, 'canary yes') },
  { calls: ['append part'], play: (stage) => text(stage, 0, 'canary good') },
  {
    calls: ['post note'],
    play: (stage) => {
      // The refusal too may be lost on a slow machine, and the text be sent once more.
      for (let n = 0; n < 3; n++) stage.twilio.failNext({ to: customer(0), at: 'create', code: 21610 })
      reply(stage, 0, 'canary bye')
    },
  },
  { calls: [], play: (stage) => text(stage, 0, 'canary bye') },
]

/** A fault of a vendor, met by every call there is: so many times in a row. */
export function vendorFaults(names: FaultName[], times: number): Case[] {
  return names.map((fault) => ({
    name: `a vendor ${fault}${times > 1 ? `, ${times} times in a row` : ''}`,
    run: () => onStage(patience(fault), (stage) => play(stage, fault, times)),
  }))
}

/** A call is given up soon only where no answer comes: on a slow machine others would be given up too, and the fault be met by no call. */
function patience(fault: FaultName): StageOptions {
  const { answer, delayMs = 0 }: Fault = VENDOR_FAULTS[fault]
  return answer === 'hang' || delayMs > 0 ? { timing: IMPATIENT } : {}
}

async function play(stage: Stage, fault: FaultName, times: number): Promise<number> {
  let met = 0
  for (const { calls, play } of STORY) {
    const fired = calls.map((call) => ({ call, count: arm(stage, call, fault, times) }))
    await play(stage)
    await settled(stage)
    for (const { call, count } of fired) if (count() === 0) throw new Error(`"${fault}" was not met by "${call}"`)
    met += fired.reduce((sum, { count }) => sum + count(), 0)
    stage.twilio.faults.clear()
    stage.intercom.faults.clear()
  }
  return met
}

import { setTimeout as wait } from 'node:timers/promises'
import { type Case, kill, onStage } from '../case.ts'
import { randomFor } from '../random.ts'
import type { Stage } from '../stage.ts'
import { converse, forge } from '../traffic.ts'

/** `kill -9` at random moments while customers text and Sam replies. */
export function kills(times: number): Case {
  return {
    name: `killed ${times} times at random under load`,
    run: () => onStage({}, (stage) => killAndRestart(stage, times)),
  }
}

async function killAndRestart(stage: Stage, times: number): Promise<number> {
  const random = randomFor('kills')
  let killed = 0
  const traffic = converse(stage, randomFor('traffic of kills'), {
    customers: 12,
    pauseMs: 1500,
    over: () => killed >= times,
  })
  while (killed < times) {
    await wait(random.between(0, 1200))
    await forge(stage)
    await kill(stage)
    killed++
    await wait(random.between(0, 1000))
    await stage.start()
  }
  await traffic
  return killed
}

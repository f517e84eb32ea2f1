import { judge, unstored, type Verdict } from './oracle.ts'
import { openStage, type Stage, type StageOptions } from './stage.ts'

/** One fault, or many of a kind. */
export interface Case {
  name: string
  /** Why it cannot be tried on this machine; null when it can. */
  missing?: string | null
  run(): Promise<Outcome>
}

export interface Outcome extends Verdict {
  /** Faults that really happened. */
  tried: number
}

/** Sets the stage, lets it happen (resolving with how many faults that were), judges, and clears away. */
export async function onStage(options: StageOptions, happen: (stage: Stage) => Promise<number>): Promise<Outcome> {
  const stage = await openStage(options)
  try {
    await stage.start()
    const tried = await happen(stage)
    return { tried, ...(await judge(stage)) }
  } finally {
    await stage.close()
  }
}

/** `kill -9`: whatever had been acknowledged is on the disk. */
export async function kill(stage: Stage): Promise<void> {
  await stage.bridge.kill()
  const lost = await unstored(stage)
  if (lost.length > 0) throw new Error(`acknowledged, but not stored: ${lost.join(', ')}`)
}

import { schedule } from 'node-cron'
import type { Db } from '../store/database.ts'
import { takeTask } from './tasks.ts'

/**
 * Runs a task every so many minutes; a fraction means seconds. A run that takes longer than that is not overtaken by the
 * next one.
 * @returns stops it
 */
export function every(minutes: number, task: () => Promise<void>): () => void {
  const seconds = secondsOf(minutes)
  const pattern = seconds < 60 ? `*/${seconds} * * * * *` : minutesPattern(Math.round(seconds / 60))
  const job = schedule(pattern, task, { noOverlap: true })
  return () => void job.destroy()
}

export interface Shared {
  db: Db
  now: () => number
  /** Of the task, the same for all instances. */
  name: string
  /** It could not be found out whose turn it is; the next stroke of the clock is soon enough. */
  onFailure: (error: unknown) => void
}

/** The same, where all instances of a database have the task and one of them at a time is to run it: whoever comes first. */
export function everyAmongAll(o: Shared, minutes: number, task: () => Promise<void>): () => void {
  // Their clocks strike at almost the same time; half the time between two strokes tells one from the next.
  const untilNext = secondsOf(minutes) * 500
  return every(minutes, async () => {
    const ours = await takeTask(o.db, o.name, { now: o.now(), untilNext }).catch(o.onFailure)
    if (ours) await task()
  })
}

const secondsOf = (minutes: number) => Math.max(1, Math.round(minutes * 60))

function minutesPattern(minutes: number): string {
  return minutes < 60 ? `*/${minutes} * * * *` : `0 */${Math.min(23, Math.round(minutes / 60))} * * *`
}

import { schedule } from 'node-cron'

/**
 * Runs a task every so many minutes; a fraction means seconds. A run that takes longer than that is not overtaken by the
 * next one.
 * @returns stops it
 */
export function every(minutes: number, task: () => Promise<void>): () => void {
  const seconds = Math.max(1, Math.round(minutes * 60))
  const pattern = seconds < 60 ? `*/${seconds} * * * * *` : minutesPattern(Math.round(seconds / 60))
  const job = schedule(pattern, task, { noOverlap: true })
  return () => void job.destroy()
}

function minutesPattern(minutes: number): string {
  return minutes < 60 ? `*/${minutes} * * * *` : `0 */${Math.min(23, Math.round(minutes / 60))} * * *`
}

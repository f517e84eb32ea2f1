import { MOST_ROWS } from '../console/answers.ts'
import { type Job, listJobs, retryDead, retryJob } from '../queue/operate.ts'
import type { Db } from '../store/database.ts'
import { beside, doer, type Verb } from './verb.ts'

export const deadVerb: Verb = async ({ config }) => {
  const data = await beside(config, allDead)
  return { data, text: data.map(jobLine).join('\n') || 'Nothing is dead.' }
}

/** Whoever counts them, or mends their reason, must not take the first page for all there is. */
async function allDead(db: Db): Promise<Job[]> {
  const all: Job[] = []
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await listJobs(db, { state: 'dead', cursor, limit: MOST_ROWS })
    all.push(...page.data)
    cursor = page.next
  }
  return all
}

export const retryVerb: Verb = async ({ config, args: [id] }) => {
  const retried = await beside(config, async (db) => {
    if (id === undefined) return retryDead(db, doer())
    if (await retryJob(db, id, doer())) return 1
    throw new Error(`There is no dead job ${id}. "dead" lists them.`)
  })
  return { data: { retried }, text: `Tried again: ${retried}.` }
}

function jobLine(job: Job): string {
  return `${job.id.padStart(7)}  ${job.createdAt}  ${job.kind}  message ${job.messageId ?? '–'}  ${job.error ?? ''}`
}

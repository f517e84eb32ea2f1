import { type Job, listJobs, retryDead, retryJob } from '../queue/operate.ts'
import { beside, doer, type Verb } from './verb.ts'

export const deadVerb: Verb = async ({ config }) => {
  const { data } = await beside(config, (db) => listJobs(db, { state: 'dead', limit: 200 }))
  return { data, text: data.map(jobLine).join('\n') || 'Nothing is dead.' }
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

import { wallClock } from '../clock.ts'
import type { Ctx } from '../flows/context.ts'
import { markSent, resend } from '../flows/settle-by-hand.ts'
import { createIntercom } from '../intercom/client.ts'
import { createLog } from '../log.ts'
import { createNotifier } from '../notify/notifier.ts'
import { createInbox } from '../queue/inbox.ts'
import { type Job, listJobs, retryDead, retryJob } from '../queue/operate.ts'
import { createReconciler } from '../reconcile/reconcile.ts'
import { normalizeAddress } from '../rules/phone.ts'
import type { Doer } from '../store/audit.ts'
import { backup } from '../store/backup.ts'
import { createCommit } from '../store/commit.ts'
import { type Db, openBeside, sqliteFile } from '../store/database.ts'
import { listMessages, type ShownMessage } from '../store/read-messages.ts'
import { createTwilio } from '../twilio/client.ts'
import type { Verb } from './verb.ts'

export const messagesVerb: Verb = async ({ config, options }) => {
  const phone = options.phone ? normalizeAddress(options.phone, config.defaultCountry) : undefined
  const limit = Math.min(200, Math.max(1, Number(options.limit) || 20))
  const { data } = await beside(config.databaseUrl, (db) => listMessages(db, { phone, status: options.status, limit }))
  return { data, text: data.map(messageLine).join('\n') || 'There are none.' }
}

export const deadVerb: Verb = async ({ config }) => {
  const { data } = await beside(config.databaseUrl, (db) => listJobs(db, { state: 'dead', limit: 200 }))
  return { data, text: data.map(jobLine).join('\n') || 'Nothing is dead.' }
}

export const retryVerb: Verb = async ({ config, args: [id] }) => {
  const retried = await beside(config.databaseUrl, async (db) => {
    if (id === undefined) return retryDead(db, doer())
    if (await retryJob(db, id, doer())) return 1
    throw new Error(`There is no dead job ${id}. "dead" lists them.`)
  })
  return { data: { retried }, text: `Tried again: ${retried}.` }
}

export const resendVerb: Verb = ({ config, args }) => byHand(config.databaseUrl, args, resend, 'It is sent again.')
export const markSentVerb: Verb = ({ config, args }) => byHand(config.databaseUrl, args, markSent, 'It counts as sent.')

export const reconcileVerb: Verb = async ({ config, options }) => {
  const since = options.since === undefined ? undefined : Date.parse(options.since)
  if (Number.isNaN(since)) throw new Error('--since needs a time such as 2026-11-24T08:00:00Z.')
  const data = await beside(config.databaseUrl, (db) => {
    const ctx: Ctx = {
      config,
      log: createLog({ level: 'silent', pii: false }),
      now: wallClock,
      twilio: createTwilio(config),
      intercom: createIntercom(config, { now: wallClock }),
      responder: null,
      notifier: createNotifier(config, { now: wallClock }),
      mediaLink: () => '',
    }
    const { record } = createInbox({ commit: createCommit(db), now: wallClock, wake: () => {} })
    return createReconciler({ ctx, db, record }).run(since)
  })
  return { data, text: `Found: ${data.texts} texts, ${data.replies} replies, ${data.statuses} statuses.` }
}

export const backupVerb: Verb = async ({ config, args: [target = ''] }) => {
  await backup(sqliteFile(config.databaseUrl), target)
  return { data: { file: target }, text: `${target} is a complete, checked copy.` }
}

const doer = (): Doer => ({ actor: 'cli', at: wallClock() })

async function byHand(url: string, args: string[], act: typeof resend, done: string) {
  const id = Number(args[0])
  if (!Number.isSafeInteger(id)) throw new Error('A message has a number; "messages" lists them.')
  const result = await beside(url, (db) => act(db, id, doer()))
  if ('refused' in result) throw new Error(result.refused)
  return { data: { id: String(id) }, text: done }
}

export async function beside<T>(url: string, work: (db: Db) => Promise<T>): Promise<T> {
  const db = await openBeside(url)
  try {
    return await work(db)
  } finally {
    await db.destroy()
  }
}

function messageLine(m: ShownMessage): string {
  const arrow = m.direction === 'inbound' ? '→' : '←'
  const error = m.error ? `  ${m.error.message}` : ''
  return `${m.id.padStart(6)}  ${m.createdAt}  ${m.customer} ${arrow} ${m.number}  ${m.status}${error}`
}

function jobLine(job: Job): string {
  return `${job.id.padStart(7)}  ${job.createdAt}  ${job.kind}  message ${job.messageId ?? '–'}  ${job.error ?? ''}`
}

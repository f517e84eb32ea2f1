import { wallClock } from '../clock.ts'
import type { Ctx } from '../flows/context.ts'
import { createIntercom } from '../intercom/client.ts'
import { createLog } from '../log.ts'
import { createNotifier } from '../notify/notifier.ts'
import { createInbox } from '../queue/inbox.ts'
import { createReconciler } from '../reconcile/reconcile.ts'
import { backup } from '../store/backup.ts'
import { createCommit } from '../store/commit.ts'
import { sqliteFile } from '../store/database.ts'
import { createTwilio } from '../twilio/client.ts'
import { beside, type Verb } from './verb.ts'

export const reconcileVerb: Verb = async ({ config, options }) => {
  const since = options.since === undefined ? undefined : Date.parse(options.since)
  if (Number.isNaN(since)) throw new Error('--since needs a time such as 2026-11-24T08:00:00Z.')
  const data = await beside(config, (db) => {
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

export const backupVerb: Verb = async ({ config, args: [target = ''], progress }) => {
  await progress('Copying', (report) => backup(sqliteFile(config.databaseUrl), target, report))
  return { data: { file: target }, text: `${target} is a complete, checked copy.` }
}

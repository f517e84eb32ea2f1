// The bridge's own app and handlers, with nobody to work on what they record: node webhooks.mjs forgetting | durable
import { loadConfig } from '../../../dist/config/load.js'
import { intercomWebhook } from '../../../dist/intercom/webhook.js'
import { createLog } from '../../../dist/log.js'
import { createInbox } from '../../../dist/queue/inbox.js'
import { createApp, listen } from '../../../dist/server.js'
import { createCommit } from '../../../dist/store/commit.js'
import { openDatabase } from '../../../dist/store/database.js'
import { twilioWebhooks } from '../../../dist/twilio/webhook.js'

const { config } = loadConfig()
const log = createLog({ level: config.logLevel, pii: config.logPii })
const inbox = { forgetting: forgettingInbox, durable: durableInbox }
const { record } = await inbox[process.argv[2]]()
const twilio = twilioWebhooks({ config, record, log })
const unused = (_req, res) => void res.writeHead(404).end()
const measured = {
  twilioInbound: twilio.inbound,
  twilioStatus: twilio.status,
  intercom: intercomWebhook({ config, record, log }),
  canvas: { initialize: unused, submit: unused },
  console: null,
  consoleToken: undefined,
  seriesTokens: [],
}
/** All that the app mounts besides what is measured, now and later. */
const routes = new Proxy(measured, { get: (known, name) => (name in known ? known[name] : unused) })
const app = createApp(routes, log)
const { port } = await listen(app, config.host, config.port)
log.info({ port }, 'listening')

async function forgettingInbox() {
  return { record: async () => {} }
}

async function durableInbox() {
  const commit = createCommit(await openDatabase(config.databaseUrl))
  return createInbox({ commit, now: Date.now, wake: () => {} })
}

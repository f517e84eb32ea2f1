import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startBridge } from '../../bridge.ts'
import { wallClock } from '../../clock.ts'
import { parseBehaviour } from '../../config/behaviour-file.ts'
import type { Config } from '../../config/types.ts'
import { createLog } from '../../log.ts'
import { type IntercomStandIn, startIntercom } from '../intercom-server.ts'
import { startTwilio, type TwilioStandIn } from '../twilio-server.ts'
import { createActions } from './actions.ts'
import { CUSTOMERS, nameOf, SUPPORT } from './people.ts'
import { servePage } from './server.ts'
import { type Shores, snapshot } from './state.ts'
import { createTrail } from './trail.ts'

export interface Demo {
  /** The address of the page. */
  url: string
  close(): Promise<void>
}

const ACCOUNT = `AC${'0'.repeat(32)}`
const AUTH_TOKEN = 'auth-token-of-the-demo'
const ACCESS_TOKEN = 'access-token-of-the-demo'
const CLIENT_SECRET = 'client-secret-of-the-demo'
const PUBLIC_URL = 'https://bridge.example'

/** Slow enough to watch a text being queued, sent and delivered. */
const CALLBACK_DELAY_MS = 900
/** As in production, but for the waits: nobody wants to watch a minute go by. */
const BEHAVIOUR = 'timing: { retryBaseSeconds: 1, settleSeconds: 6, requestTimeoutSeconds: 5 }'

/**
 * Stand-ins for both services, the real bridge between them, and the page that shows all three, on loopback.
 * @param port of the page; another free one when it is taken, 0 for any
 */
export async function startDemo({ port }: { port: number }): Promise<Demo> {
  const folder = mkdtempSync(join(tmpdir(), 'bridge-demo-'))
  const removeFolder = () => rmSync(folder, { recursive: true, force: true })
  process.once('exit', removeFolder)
  const shores = await startShores()
  const trail = createTrail({ nameOf })
  // The numbers are invented, so the log may name them: the trail tells Maria from Tom by them.
  const log = createLog({ level: 'info', pii: true }, trail)
  const bridge = await startBridge(configFor(shores, folder), { log, now: wallClock, giveUp })
  for (const shore of [shores.twilio, shores.intercom]) {
    shore.bridgeUrl = PUBLIC_URL
    shore.connectUrl = `http://127.0.0.1:${bridge.port}`
  }
  const actions = createActions(shores, trail)
  const page = await servePage({
    port,
    shores,
    actions,
    state: () => snapshot(shores, actions.waiting(), trail.steps),
  })

  return {
    url: page.url,
    async close() {
      await page.close()
      // Before the bridge: a call it is waiting for fails now and not after its timeout.
      await Promise.all([shores.twilio.close(), shores.intercom.close()])
      await bridge.stop()
      removeFolder()
      process.off('exit', removeFolder)
    },
  }
}

function giveUp(): never {
  throw new Error('The demo cannot write to its folder any more.')
}

async function startShores(): Promise<Shores> {
  const twilio = await startTwilio({
    accountSid: ACCOUNT,
    authToken: AUTH_TOKEN,
    numbers: [SUPPORT],
    callbackDelayMs: CALLBACK_DELAY_MS,
  })
  const intercom = await startIntercom({
    accessToken: ACCESS_TOKEN,
    clientSecret: CLIENT_SECRET,
    appId: 'demo',
    // The token's own admin writes the notes; the other one is the agent.
    admins: [
      { id: '100', name: 'SMS bridge' },
      { id: '101', name: 'Sam' },
    ],
    retryDelayMs: 5000,
  })
  for (const { phone, name, known } of CUSTOMERS) if (known) intercom.addContact({ phone, name })
  return { twilio, intercom }
}

function configFor({ twilio, intercom }: { twilio: TwilioStandIn; intercom: IntercomStandIn }, folder: string): Config {
  const { behaviour, faults } = parseBehaviour(BEHAVIOUR, 'the behaviour of the demo')
  if (!behaviour) throw new Error(faults.join('\n'))
  return {
    publicUrl: PUBLIC_URL,
    host: '127.0.0.1',
    port: 0,
    twilio: { accountSid: ACCOUNT, authTokens: [AUTH_TOKEN], phoneNumbers: [SUPPORT], apiUrl: twilio.url },
    intercom: {
      accessToken: ACCESS_TOKEN,
      clientSecrets: [CLIENT_SECRET],
      region: 'us',
      apiUrl: intercom.url,
      customApiUrl: true,
    },
    databaseUrl: `sqlite:${join(folder, 'bridge.db')}`,
    defaultCountry: 'US',
    logLevel: 'info',
    logPii: true,
    behaviour,
  }
}

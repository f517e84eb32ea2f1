import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Bridge, startBridge } from '../../src/bridge.ts'
import { parseBehaviour } from '../../src/config/behaviour-file.ts'
import type { Config } from '../../src/config/types.ts'
import { createLog } from '../../src/log.ts'
import { type IntercomStandIn, startIntercom } from '../../src/sandbox/intercom-server.ts'
import { startTwilio, type TwilioStandIn } from '../../src/sandbox/twilio-server.ts'

export const SUPPORT = '+12025550199'
export const MARIA = '+12025550123'
export const SAM = { id: '100', name: 'Sam Support' }

const ACCOUNT = `AC${'0'.repeat(31)}1`
const TOKEN = 'twilio-token-of-the-tests'
const SECRET = 'intercom-secret-of-the-tests'
const PUBLIC_URL = 'https://bridge.example'

/** Everything fast, so that a story takes no longer than it has to; the order of things stays the same. */
const QUICK = {
  timing: '{ retryBaseSeconds: 0.05, settleSeconds: 1.2, requestTimeoutSeconds: 2 }',
  limits: '{ twilioPerSecond: 1000 }',
}

export interface World {
  twilio: TwilioStandIn
  intercom: IntercomStandIn
  /** Every line the bridge has logged. */
  log: string[]
  bridge: Bridge
  config: Config
  /** The bridge stops and starts again on the same database. */
  restart(): Promise<void>
  close(): Promise<void>
}

export interface WorldOptions {
  /** The behaviour file. */
  yaml?: string
  config?: Partial<Config>
  twilio?: Partial<Parameters<typeof startTwilio>[0]>
  intercom?: Partial<Parameters<typeof startIntercom>[0]>
}

/** Both stand-ins with the real bridge between them: real sockets, real SDKs, a real SQLite file. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'bridge-story-'))
  const twilio = await startTwilio({
    accountSid: ACCOUNT,
    authToken: TOKEN,
    numbers: [SUPPORT],
    callbackDelayMs: 1,
    ...options.twilio,
  })
  const intercom = await startIntercom({
    accessToken: 'intercom-access-token-of-the-tests',
    clientSecret: SECRET,
    appId: 'testapp',
    admins: [SAM],
    retryDelayMs: 50,
    ...options.intercom,
  })
  const config = { ...configFor(twilio, intercom, folder, options.yaml), ...options.config }
  const log: string[] = []
  const start = () =>
    startBridge(config, {
      log: createLog({ level: 'info', pii: false }, { write: (line) => log.push(line) }),
      now: Date.now,
      giveUp: () => {},
    })

  const world: World = {
    twilio,
    intercom,
    log,
    config,
    bridge: await start(),
    async restart() {
      await world.bridge.stop()
      world.bridge = await start()
      connect(world)
    },
    async close() {
      await world.bridge.stop()
      await Promise.all([twilio.close(), intercom.close()])
      rmSync(folder, { recursive: true, force: true })
    },
  }
  connect(world)
  return world
}

function connect({ twilio, intercom, bridge }: World): void {
  for (const shore of [twilio, intercom]) {
    shore.bridgeUrl = PUBLIC_URL
    shore.connectUrl = `http://127.0.0.1:${bridge.port}`
  }
}

function configFor(twilio: TwilioStandIn, intercom: IntercomStandIn, folder: string, yaml = ''): Config {
  const { behaviour, faults } = parseBehaviour(quick(yaml), 'bridge.yaml')
  if (!behaviour) throw new Error(faults?.join('\n'))
  return {
    publicUrl: PUBLIC_URL,
    host: '127.0.0.1',
    port: 0,
    twilio: { accountSid: ACCOUNT, authTokens: [TOKEN], phoneNumbers: [SUPPORT], apiUrl: twilio.url },
    intercom: {
      accessToken: 'intercom-access-token-of-the-tests',
      clientSecrets: [SECRET],
      region: 'us',
      apiUrl: intercom.url,
      customApiUrl: true,
    },
    databaseUrl: `sqlite:${join(folder, 'bridge.db')}`,
    defaultCountry: 'US',
    logLevel: 'info',
    logPii: false,
    behaviour,
  }
}

function quick(yaml: string): string {
  const unsaid = Object.entries(QUICK).filter(([section]) => !yaml.includes(`${section}:`))
  return [...unsaid.map(([section, values]) => `${section}: ${values}`), yaml].join('\n')
}

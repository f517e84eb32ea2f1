import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach } from '@jest/globals'
import { type Bridge, startBridge } from '../../src/bridge.ts'
import { wallClock } from '../../src/clock.ts'
import { parseBehaviour } from '../../src/config/behaviour-file.ts'
import type { Config } from '../../src/config/types.ts'
import { createLog } from '../../src/log.ts'
import { type IntercomStandIn, startIntercom } from '../../src/sandbox/intercom-server.ts'
import { startTwilio, type TwilioStandIn } from '../../src/sandbox/twilio-server.ts'
import { checkRequests, intercomContract, twilioContract } from './contracts.ts'
import { newFolder } from './folder.ts'

export const SUPPORT = '+12025550199'
export const MARIA = '+12025550123'
export const SAM = { id: '100', name: 'Sam Support' }

export const ACCOUNT = `AC${'0'.repeat(31)}1`
export const TOKEN = 'twilio-token-of-the-tests'
export const SECRET = 'intercom-secret-of-the-tests'
export const PUBLIC_URL = 'https://bridge.example'

/** Everything fast, so that a story takes no longer than it has to; the order of things stays the same. */
const TIMES = 'retryBaseSeconds: 0.05, settleSeconds: 1.2'
const QUICK = {
  timing: `{ ${TIMES} }`,
  limits: '{ twilioPerSecond: 1000 }',
}

/** For stories in which a service never answers; in all others an answer may take as long as the machine is slow. */
export const IMPATIENT = `timing: { ${TIMES}, requestTimeoutSeconds: 2 }`

export interface World {
  twilio: TwilioStandIn
  intercom: IntercomStandIn
  /** Every line the bridge has logged. */
  log: string[]
  bridge: Bridge
  config: Config
  /** The bridge stops and starts again on the same database; `meanwhile` happens while it is away, `changes` is what it is told. */
  restart(meanwhile?: () => Promise<unknown>, changes?: Partial<Config>): Promise<void>
  /** Time goes by, at once and for everybody. */
  pass(ms: number): void
  /** Everybody's clock, in Unix ms. */
  now(): number
  /** Ends it all. Throws when a service was sent a request that its OpenAPI file does not allow. */
  close(): Promise<void>
}

export interface WorldOptions {
  /** The behaviour file. */
  yaml?: string
  config?: (config: Config) => Partial<Config>
  twilio?: Partial<Parameters<typeof startTwilio>[0]>
  intercom?: Partial<Parameters<typeof startIntercom>[0]>
}

/** Both stand-ins with the real bridge between them: real sockets, real SDKs, a real SQLite file. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const folder = newFolder('story')
  let passed = 0
  const now = () => wallClock() + passed
  const twilio = await startTwilio({
    accountSid: ACCOUNT,
    authToken: TOKEN,
    numbers: [SUPPORT],
    callbackDelayMs: 1,
    now,
    ...options.twilio,
  })
  const intercom = await startIntercom({
    accessToken: 'intercom-access-token-of-the-tests',
    clientSecret: SECRET,
    appId: 'testapp',
    admins: [SAM],
    retryDelayMs: 50,
    now,
    ...options.intercom,
  })
  const usual = configFor(twilio, intercom, folder, options.yaml)
  const config = { ...usual, ...options.config?.(usual) }
  const log: string[] = []
  const toLog = createLog({ level: 'info', pii: false }, { write: (line) => log.push(line) })
  const start = (changed = config) => startBridge(changed, { log: toLog, now, giveUp: () => {} })
  const bridge = await start().catch(async (error: unknown) => {
    await Promise.all([twilio.close(), intercom.close()])
    throw error
  })

  const world: World = {
    twilio,
    intercom,
    log,
    config,
    bridge,
    async restart(meanwhile = async () => {}, changes = {}) {
      await world.bridge.stop()
      await meanwhile()
      world.bridge = await start({ ...config, ...changes })
      connect(world)
    },
    pass(ms) {
      passed += ms
    },
    now,
    async close() {
      await world.bridge.stop()
      await Promise.all([twilio.close(), intercom.close()])
      // A check of the file, beside the event loop, may outlive its bridge by a moment.
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
      checkAllRequests(world)
    },
  }
  connect(world)
  return world
}

/** Every request to a service is one that the service documents; files are fetched where its answers said. */
function checkAllRequests({ twilio, intercom }: World): void {
  const calls = intercom.requests.filter(({ path }) => !path.startsWith('/uploads/'))
  checkRequests(intercomContract(), 'Intercom', calls)
  // A file has the address of its description, without the ending: https://www.twilio.com/docs/messaging/api/media-resource
  const described = (path: string) => path.replace(/\/Media\/ME\w+$/, '$&.json')
  // What is below /v1 is Messaging, which Twilio describes in another file.
  const core = twilio.requests.filter(({ path }) => !path.startsWith('/v1/'))
  const asked = core.map((request) => ({ ...request, path: described(request.path) }))
  checkRequests(twilioContract(), 'Twilio', asked)
}

/** For a file of stories: what it gives starts a world, which ends with the story. */
export function worlds(): (options?: WorldOptions) => Promise<World> {
  const open: World[] = []
  afterEach(async () => {
    for (const world of open.splice(0)) await world.close()
  })
  return async (options) => {
    const world = await startWorld(options)
    open.push(world)
    return world
  }
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

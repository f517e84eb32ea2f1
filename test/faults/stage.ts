import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { type Conversation, type IntercomStandIn, startIntercom } from '../../src/sandbox/intercom-server.ts'
import { startTwilio, type TwilioStandIn } from '../../src/sandbox/twilio-server.ts'
import { type BridgeProcess, bridgeProcess } from './bridge-process.ts'
import { openDoor } from './door.ts'

export const SUPPORT = '+12025550199'
/** In every secret, every text and every name: nothing the bridge writes may hold it. */
export const CANARY = 'canary'

const PUBLIC_URL = 'https://bridge.example'
/** Where nobody listens. */
const NOWHERE = 'http://127.0.0.1:1'

/** For services that never answer; in all other cases an answer may take as long as the machine is slow. */
export const IMPATIENT = { requestTimeoutSeconds: 0.3 }

/** Everything fast, so that a fault and its mending take seconds; the times keep about the proportions of the defaults. */
const QUICK = {
  timing: {
    retryBaseSeconds: 0.05,
    settleSeconds: 1.8,
    requestTimeoutSeconds: 3,
    leaseSeconds: 5,
    maxAttempts: 100,
  },
  limits: { twilioPerSecond: 1000, intercomPerMinute: 100_000 },
  reconcile: { everyMinutes: 0.05, overlapMinutes: 360, onStart: true },
}

export interface Stage {
  twilio: TwilioStandIn
  intercom: IntercomStandIn
  bridge: BridgeProcess
  /** All instances, of which `bridge` is the first. */
  crew: BridgeProcess[]
  databaseFile: string
  consoleToken: string
  /** Where the bridge listens at this moment. */
  readonly address: string
  /** Conversations that were deleted in Intercom, with all that was in them. */
  gone: Conversation[]
  /** Whoever of the crew does not run starts, and both services know where. */
  start(): Promise<void>
  /** Another process on the same database. */
  twin(): BridgeProcess
  rows<T>(sql: string, ...values: unknown[]): Promise<T[]>
  close(): Promise<void>
}

export interface SharedDatabase {
  url: string
  rows<T>(sql: string, values: unknown[]): Promise<T[]>
}

export interface StageOptions {
  timing?: Partial<typeof QUICK.timing>
  limits?: Partial<typeof QUICK.limits>
  reconcile?: Partial<typeof QUICK.reconcile>
  intercom?: { contactReadyMs?: number; searchLagMs?: number; retryDelayMs?: number }
  /** Where the database is; default a folder of its own on the disk. */
  folder?: string
  uid?: number
  /** A database that several instances share. */
  shared?: SharedDatabase & { instances: number }
}

/** Both services on loopback with the real bridge between them, as a process with a real file. */
export async function openStage(o: StageOptions = {}): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'bridge-faults-'))
  const secrets = newSecrets()
  const twilio = await startTwilio({ ...secrets.twilio, numbers: [SUPPORT], callbackDelayMs: 1 })
  const intercom = await startIntercom({
    ...secrets.intercom,
    appId: 'faults',
    admins: [{ id: '100', name: `Sam ${CANARY}` }],
    retryDelayMs: 1000,
    rateLimitPer10s: 1_000_000,
    ...o.intercom,
  })
  const databaseFile = join(o.folder ?? join(folder, 'data'), 'bridge.db')
  if (!o.folder) mkdirSync(join(folder, 'data'))
  writeFileSync(join(folder, 'bridge.yaml'), behaviour(o))
  const env = {
    PUBLIC_URL,
    HOST: '127.0.0.1',
    PORT: '0',
    TWILIO_ACCOUNT_SID: secrets.twilio.accountSid,
    TWILIO_AUTH_TOKEN: secrets.twilio.authToken,
    TWILIO_PHONE_NUMBERS: SUPPORT,
    TWILIO_API_URL: twilio.url,
    INTERCOM_ACCESS_TOKEN: secrets.intercom.accessToken,
    INTERCOM_CLIENT_SECRET: secrets.intercom.clientSecret,
    INTERCOM_API_URL: intercom.url,
    DATABASE_URL: o.shared?.url ?? `sqlite:${databaseFile}`,
    BRIDGE_CONFIG: join(folder, 'bridge.yaml'),
    CONSOLE_TOKEN: secrets.consoleToken,
  }
  const settings = { folder, env, ...(o.uid === undefined ? {} : { uid: o.uid }) }
  const door = await openDoor()
  // The port of a dead bridge may soon be another's: nobody must go on calling it.
  const member = (_: unknown, n: number) =>
    bridgeProcess({
      ...settings,
      onGone: () => {
        door.ports.delete(n)
        if (door.ports.size === 0) point(NOWHERE)
      },
    })
  const crew = Array.from({ length: o.shared?.instances ?? 1 }, member)
  const [bridge] = crew as [BridgeProcess]
  const startOne = async (one: BridgeProcess, n: number) => {
    if (one.pid === null) door.ports.set(n, await one.start())
  }
  const point = (address: string) => {
    for (const shore of [twilio, intercom]) {
      shore.bridgeUrl = PUBLIC_URL
      shore.connectUrl = address
    }
  }
  point(NOWHERE)
  return {
    twilio,
    intercom,
    bridge,
    crew,
    databaseFile,
    consoleToken: secrets.consoleToken,
    gone: [],
    get address() {
      return twilio.connectUrl
    },
    async start() {
      await Promise.all(crew.map(startOne))
      point(`http://127.0.0.1:${crew.length > 1 ? door.port : door.ports.get(0)}`)
    },
    twin: () => bridgeProcess(settings),
    rows: async (sql, ...values) => o.shared?.rows(sql, values) ?? read(databaseFile, sql, values),
    async close() {
      await Promise.all(crew.map((one) => one.kill()))
      await Promise.all([door.close(), twilio.close(), intercom.close()])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function behaviour({ timing, limits, reconcile }: StageOptions): string {
  // JSON is YAML.
  return JSON.stringify({
    ...QUICK,
    timing: { ...QUICK.timing, ...timing },
    limits: { ...QUICK.limits, ...limits },
    reconcile: { ...QUICK.reconcile, ...reconcile },
  })
}

/** Their own for every stage, so that a bridge of another one believes nothing it hears from here. */
function newSecrets() {
  const secret = () => `${CANARY}-${randomBytes(12).toString('hex')}`
  return {
    consoleToken: secret(),
    twilio: { accountSid: `AC${randomBytes(16).toString('hex')}`, authToken: secret() },
    intercom: { accessToken: secret(), clientSecret: secret() },
  }
}

function read<T>(file: string, sql: string, values: unknown[]): T[] {
  const db = new Database(file, { readonly: true, timeout: 5000 })
  try {
    return db.prepare<unknown[], T>(sql).all(...values)
  } finally {
    db.close()
  }
}

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from '@jest/globals'
import { type Bridge, startBridge } from '../../src/bridge.ts'
import { surroundingsFor } from '../../src/cli/surroundings-for.ts'
import { wallClock } from '../../src/clock.ts'
import { parseBehaviour } from '../../src/config/behaviour-file.ts'
import type { Config } from '../../src/config/types.ts'
import type { Finding } from '../../src/doctor/check.ts'
import { examine, mend } from '../../src/doctor/examine.ts'
import type { Surroundings } from '../../src/doctor/surroundings.ts'
import { createLog } from '../../src/log.ts'
import { type IntercomStandIn, startIntercom } from '../../src/sandbox/intercom-server.ts'
import { startTwilio, type TwilioStandIn } from '../../src/sandbox/twilio-server.ts'
import { checkRequests, intercomContract, twilioContract } from '../support/contracts.ts'
import { freePort } from '../support/free-port.ts'
import { ACCOUNT, SAM, SECRET, SUPPORT, TOKEN } from '../support/world.ts'

export const SERVICE = `MG${'a'.repeat(32)}`
export const TOLL_FREE = '+18005550100'

/** A running bridge in full health between both services, in which one thing is then made wrong. */
export interface Clinic {
  twilio: TwilioStandIn
  intercom: IntercomStandIn
  bridge: Bridge
  folder: string
  /** What doctor is told; the bridge was told it as it was at first. */
  config: Config
  /** What doctor sees beside the services. */
  sees: Partial<Surroundings>
  look(): Promise<Finding[]>
  /** `doctor --fix` */
  fix(): Promise<void>
}

const quiet = createLog({ level: 'silent', pii: false })
const ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

export async function clinic(): Promise<Clinic> {
  const folder = mkdtempSync(join(tmpdir(), 'bridge-clinic-'))
  const services = { accountSid: ACCOUNT, authToken: TOKEN, apiKey: { sid: `SK${'b'.repeat(32)}`, secret: 'key' } }
  const twilio = await startTwilio({ ...services, numbers: [SUPPORT, TOLL_FREE], messagingServiceSid: SERVICE })
  const token = { accessToken: 'access-token-of-the-tests', clientSecret: SECRET }
  const intercom = await startIntercom({
    ...token,
    appId: 'testapp',
    admins: [SAM],
    teams: [{ id: '7', name: 'Sales' }],
  })
  const config = configFor(twilio, intercom, folder, await freePort())
  const bridge = await startBridge(config, { log: quiet, now: wallClock, giveUp: () => {} })
  const here: Clinic = {
    twilio,
    intercom,
    bridge,
    folder,
    config,
    sees: {},
    look: () => examine({ ...surroundingsFor(here.config), ...here.sees }),
    async fix() {
      await mend(await here.look())
    },
  }
  ends.push(async () => {
    await bridge.stop()
    await Promise.all([twilio.close(), intercom.close()])
    rmSync(folder, { recursive: true, force: true })
    checkAllRequests(here)
  })
  twilio.tollFree.set(TOLL_FREE, 'TWILIO_APPROVED')
  await here.fix()
  return here
}

/** Messaging has a file of its own at Twilio, and an app is taken off with an empty name, which the file does not know. */
function checkAllRequests({ twilio, intercom }: Clinic): void {
  checkRequests(intercomContract(), 'Intercom', intercom.requests)
  const known = twilio.requests.filter(
    ({ path, raw }) => !path.startsWith('/v1/') && !/SmsApplicationSid=&/.test(`${raw}&`),
  )
  checkRequests(twilioContract(), 'Twilio', known)
}

function configFor(twilio: TwilioStandIn, intercom: IntercomStandIn, folder: string, port: number): Config {
  const { behaviour, faults } = parseBehaviour('timing: { requestTimeoutSeconds: 5 }', 'bridge.yaml')
  if (!behaviour) throw new Error(faults?.join('\n'))
  const settings = { accessToken: 'access-token-of-the-tests', clientSecrets: [SECRET], region: 'us' as const }
  return {
    publicUrl: `http://127.0.0.1:${port}`,
    host: '127.0.0.1',
    port,
    twilio: { accountSid: ACCOUNT, authTokens: [TOKEN], phoneNumbers: [SUPPORT, TOLL_FREE], apiUrl: twilio.url },
    intercom: { ...settings, apiUrl: intercom.url, customApiUrl: true },
    databaseUrl: `sqlite:${join(folder, 'bridge.db')}`,
    defaultCountry: 'US',
    logLevel: 'silent',
    logPii: false,
    behaviour,
  }
}

import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from '@jest/globals'
import { TOPICS } from '../../src/rules/intercom-setup.ts'
import { type IntercomStandIn, startIntercom } from '../../src/sandbox/intercom-server.ts'
import { startTwilio, type TwilioStandIn } from '../../src/sandbox/twilio-server.ts'
import { type BridgeProcess, bridgeProcess } from '../faults/bridge-process.ts'
import { withFolder } from '../store/temporary.ts'
import { freePort } from '../support/free-port.ts'
import { ACCOUNT, MARIA, SAM, SECRET, SUPPORT, TOKEN } from '../support/world.ts'
import { doctorCommand, setupCommand } from './command.ts'

interface Services {
  twilio: TwilioStandIn
  intercom: IntercomStandIn
}

const ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

/** Both services, as somebody finds them who has only just bought a number and made an app. */
async function services(more: { messagingServiceSid?: string } = {}): Promise<Services> {
  const account = { accountSid: ACCOUNT, authToken: TOKEN, numbers: [SUPPORT], ...more }
  const twilio = await startTwilio({ ...account, callbackDelayMs: 1 })
  const login = { accessToken: 'access-token-of-the-tests', clientSecret: SECRET }
  const intercom = await startIntercom({ ...login, appId: 'testapp', admins: [SAM] })
  ends.push(() => Promise.all([twilio.close(), intercom.close()]))
  return { twilio, intercom }
}

const given = ({ twilio, intercom }: Services, port: number) => ({
  PUBLIC_URL: `http://127.0.0.1:${port}`,
  HOST: '127.0.0.1',
  PORT: String(port),
  TWILIO_ACCOUNT_SID: ACCOUNT,
  TWILIO_AUTH_TOKEN: TOKEN,
  TWILIO_PHONE_NUMBERS: SUPPORT,
  TWILIO_API_URL: twilio.url,
  INTERCOM_ACCESS_TOKEN: 'access-token-of-the-tests',
  INTERCOM_CLIENT_SECRET: SECRET,
  INTERCOM_API_URL: intercom.url,
})

function started(folder: string): BridgeProcess {
  // Nothing but what setup wrote.
  const bridge = bridgeProcess({ folder, env: {} })
  ends.push(() => bridge.kill())
  return bridge
}

test('from an empty folder, setup, start and doctor take under a minute and end with a text in the inbox and nothing that fails', () =>
  withFolder(async (cwd) => {
    const from = performance.now()
    const at = await services()
    const { twilio, intercom } = at
    const port = await freePort()
    const setup = await setupCommand(['--yes'], { cwd, env: given(at, port) })
    expect([setup.code, setup.err]).toEqual([0, ''])
    const webhook = `http://127.0.0.1:${port}/webhooks/twilio/inbound`
    expect(twilio.phoneNumbers[0]).toMatchObject({ smsUrl: webhook, smsMethod: 'POST', smsFallbackUrl: webhook })
    expect(intercom.tags.map(({ name }) => name)).toEqual(['sms-channel'])
    expect(intercom.dataAttributes.map(({ name }) => name)).toContain('sms_opted_out')

    await started(cwd).start()
    for (const shore of [twilio, intercom]) shore.bridgeUrl = `http://127.0.0.1:${port}`
    const doctor = await doctorCommand(['--json'], { cwd })
    const { ok, checks } = JSON.parse(doctor.out)
    expect(checks.filter(({ status }: { status: string }) => status === 'fail')).toEqual([])
    expect([doctor.code, ok]).toEqual([0, true])

    await twilio.text({ from: MARIA, to: SUPPORT, body: 'Hello?' })
    await intercom.until(() => intercom.conversations[0]?.tags[0])
    expect(performance.now() - from).toBeLessThan(60_000)
  }))

test('setup repeated changes nothing that is right, and says so', () =>
  withFolder(async (cwd) => {
    const at = await services()
    const env = given(at, 4321)
    await setupCommand(['--yes'], { cwd, env })
    const before = { file: readFileSync(join(cwd, '.env'), 'utf8'), changed: statSync(join(cwd, '.env')).mtimeMs }
    const calls = () =>
      [...at.twilio.requests, ...at.intercom.requests]
        .filter(({ method, path }) => method !== 'GET' && !path.endsWith('/search'))
        .map(({ method, path }) => `${method} ${path}`)
    const made = calls().length
    expect(made).toBeGreaterThan(0)
    chmodSync(join(cwd, '.env'), 0o644)
    const { code, out } = await setupCommand(['--yes'], { cwd })
    expect(code).toBe(0)
    expect(out).toContain('.env: nothing to change.\nTwilio and Intercom: nothing to change.\n')
    expect(calls()).toHaveLength(made)
    const after = { file: readFileSync(join(cwd, '.env'), 'utf8'), changed: statSync(join(cwd, '.env')).mtimeMs }
    expect(after).toEqual(before)
    // But for who may read it.
    expect(statSync(join(cwd, '.env')).mode & 0o777).toBe(0o600)
  }))

test('an .env that is there keeps its comments and what else is in it, and nobody else may read it', () =>
  withFolder(async (cwd) => {
    const at = await services()
    const file = join(cwd, '.env')
    writeFileSync(file, '# ours\nTWILIO_AUTH_TOKEN=old # rotate in May\nGRAFANA_KEY="a b"\n', { mode: 0o644 })
    expect((await setupCommand(['--yes'], { cwd, env: given(at, 4321) })).code).toBe(0)
    const text = readFileSync(file, 'utf8')
    expect(text).toMatch(/^# ours\nTWILIO_AUTH_TOKEN=twilio-token-of-the-tests # rotate in May\nGRAFANA_KEY="a b"\n/)
    expect(text).toContain(`\nTWILIO_PHONE_NUMBERS=${SUPPORT}\n`)
    expect(statSync(file).mode & 0o777).toBe(0o600)
  }))

test('what has to be done by hand in the Developer Hub is printed with the values of this deployment', () =>
  withFolder(async (cwd) => {
    const { out } = await setupCommand(['--yes'], { cwd, env: given(await services(), 4321) })
    for (const topic of TOPICS) expect(out).toContain(`     ${topic}\n`)
    for (const path of ['/webhooks/intercom', '/canvas/initialize', '/canvas/submit']) {
      expect(out).toContain(`http://127.0.0.1:4321${path}\n`)
    }
  }))

test('where a Messaging Service has the numbers and answers for them, setup points the service', () =>
  withFolder(async (cwd) => {
    const sid = `MG${'a'.repeat(32)}`
    const at = await services({ messagingServiceSid: sid })
    Object.assign(at.twilio.service ?? {}, { useInboundWebhookOnNumber: false })
    const env = { ...given(at, 4321), TWILIO_PHONE_NUMBERS: '', TWILIO_MESSAGING_SERVICE_SID: sid }
    expect((await setupCommand(['--yes'], { cwd, env })).code).toBe(0)
    const url = 'http://127.0.0.1:4321/webhooks/twilio/inbound'
    expect(at.twilio.service).toMatchObject({ inboundRequestUrl: url, fallbackUrl: url })
    expect(at.twilio.phoneNumbers[0]?.smsUrl).toBe('')
  }))

test.each([
  ['TWILIO_AUTH_TOKEN', 'wrong', 'fail  twilio.credentials: Twilio refuses TWILIO_ACCOUNT_SID with TWILIO_AUTH_TOKEN'],
  ['INTERCOM_ACCESS_TOKEN', 'wrong', 'fail  intercom.token: Intercom refuses INTERCOM_ACCESS_TOKEN'],
])('with a wrong %s nothing is written or changed', (name, value, words) =>
  withFolder(async (cwd) => {
    const at = await services()
    const { code, out } = await setupCommand(['--yes'], { cwd, env: { ...given(at, 4321), [name]: value } })
    expect(code).toBe(1)
    expect(out).toContain(words)
    expect(out).toMatch(/Nothing was written or changed\.\n$/)
    expect([existsSync(join(cwd, '.env')), at.twilio.phoneNumbers[0]?.smsUrl]).toEqual([false, ''])
  }),
)

test('what is missing for --yes is named by its variables, and the exit code says so', () =>
  withFolder(async (cwd) => {
    const { code, err } = await setupCommand(['--yes'], { cwd })
    expect(code).toBe(2)
    for (const name of ['PUBLIC_URL', 'TWILIO_ACCOUNT_SID', 'INTERCOM_ACCESS_TOKEN']) expect(err).toContain(name)
    expect(existsSync(join(cwd, '.env'))).toBe(false)
  }))

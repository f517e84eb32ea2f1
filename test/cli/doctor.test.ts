import { expect, test } from '@jest/globals'
import { withFolder } from '../store/temporary.ts'
import { SUPPORT, worlds } from '../support/world.ts'
import { doctorCommand, environmentOf } from './command.ts'

const start = worlds()
const quiet = { yaml: 'reconcile: { onStart: false }' }

test('one line for each check says how it is, what it is about and what to do; the exit code says whether anything fails', async () => {
  const world = await start(quiet)
  await withFolder(async (cwd) => {
    Object.assign(world.twilio.phoneNumbers[0] ?? {}, { smsMethod: 'GET' })
    const { code, out, err } = await doctorCommand([], { cwd, env: environmentOf(world) })
    expect([code, err]).toEqual([1, ''])
    const lines = out.trimEnd().split('\n')
    expect(lines.filter((line) => !/^(ok {2}|warn|fail) {2}\S+.*: .+/.test(line))).toEqual([])
    expect(lines).toContainEqual(expect.stringMatching(/^ok {4}twilio\.credentials: /))
    expect(lines).toContainEqual(expect.stringMatching(/^fail {2}webhook \+12025550199: wrong_method: .*--fix/))
  })
})

test('programs get the same as JSON', async () => {
  const world = await start(quiet)
  await withFolder(async (cwd) => {
    const { code, out } = await doctorCommand(['--json'], { cwd, env: environmentOf(world) })
    const { ok, checks } = JSON.parse(out)
    // Nobody has the public address of this world.
    const fails = checks.filter(({ status }: { status: string }) => status === 'fail')
    expect([code, ok, fails.map(({ name }: { name: string }) => name)]).toEqual([1, false, ['public-url']])
    for (const check of checks) expect(Object.keys(check)).toEqual(['name', 'status', 'message', 'fix'])
  })
})

test('doctor changes nothing; doctor --fix mends the webhook, the tag and the attributes', async () => {
  const world = await start(quiet)
  const number = () => world.twilio.phoneNumbers.find(({ phoneNumber }) => phoneNumber === SUPPORT)
  Object.assign(number() ?? {}, { smsUrl: 'https://old.example/sms' })
  await withFolder(async (cwd) => {
    const env = environmentOf(world)
    await doctorCommand([], { cwd, env })
    expect([number()?.smsUrl, world.intercom.dataAttributes]).toEqual(['https://old.example/sms', []])
    const { out } = await doctorCommand(['--fix'], { cwd, env })
    expect(number()?.smsUrl).toBe('https://bridge.example/webhooks/twilio/inbound')
    expect(world.intercom.dataAttributes).toHaveLength(8)
    expect(out).toMatch(/^ok {4}webhook \+12025550199: .*Mended just now\.$/m)
    expect((await doctorCommand(['--fix'], { cwd, env })).out).not.toContain('Mended')
  })
})

test('faults of the configuration are checks like any other', () =>
  withFolder(async (cwd) => {
    const env = { PUBLIC_URL: 'http://sms.example.com' }
    const { code, out } = await doctorCommand(['--json'], { cwd, env })
    const { ok, checks } = JSON.parse(out)
    expect([code, ok]).toEqual([1, false])
    expect(checks).toContainEqual({
      name: 'configuration',
      status: 'fail',
      message: expect.stringMatching(/^PUBLIC_URL: must begin with https:\/\//),
      fix: expect.any(String),
    })
  }))

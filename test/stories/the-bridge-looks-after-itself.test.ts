import { expect, test } from '@jest/globals'
import { api, CONSOLE_TOKEN } from '../support/api.ts'
import { untilReadiness } from '../support/stories.ts'
import { type TeamHook, teamHooks } from '../support/team.ts'
import { PUBLIC_URL, type World, worlds } from '../support/world.ts'

const begin = worlds()
const hook = teamHooks()

const ELSEWHERE = 'https://old.example/sms'
const HERE = `${PUBLIC_URL}/webhooks/twilio/inbound`

/** `bridge.example` is nobody's, so that the public address is always what fails. */
async function start(): Promise<{ world: World; slack: TeamHook }> {
  const slack = await hook()
  const yaml = `notify: [{ kind: slack, url: "${slack.url}/x", events: [bridge.unhealthy] }]`
  return { slack, world: await begin({ yaml, config: () => ({ consoleToken: CONSOLE_TOKEN }) }) }
}

function pointNumber({ twilio }: World, smsUrl: string): void {
  Object.assign(twilio.phoneNumbers[0] ?? {}, { smsUrl })
}

/** Two looks, since what was seen once may have passed. */
async function look(world: World) {
  await api(world, 'POST', '/api/v1/health')
  return api(world, 'POST', '/api/v1/health')
}

const readiness = async ({ twilio }: World) => (await fetch(`${twilio.connectUrl}/readyz`)).json()

test('somebody points the number elsewhere: readiness and the team hear of it, and of its end', async () => {
  const { world, slack } = await start()
  pointNumber(world, ELSEWHERE)
  await look(world)
  const { reasons } = (await readiness(world)) as { reasons: string[] }
  expect(reasons).toEqual([expect.stringMatching(/^webhook \+1202•••0199: url_mismatch: .*old\.example/)])
  await slack.until(() => slack.texts.some((text) => text.includes('url_mismatch')))

  pointNumber(world, HERE)
  await api(world, 'POST', '/api/v1/health')
  await untilReadiness(world, 200)
})

test('an address that the bridge itself does not reach is told to the team, and keeps nobody from sending it texts', async () => {
  const { world, slack } = await start()
  await look(world)
  await slack.until(() => slack.texts.some((text) => text.includes('public-url: Nobody answers')))
  expect(await readiness(world)).toEqual({ status: 'ready', reasons: [] })
})

test('what was seen once is no news', async () => {
  const { world } = await start()
  pointNumber(world, ELSEWHERE)
  await api(world, 'POST', '/api/v1/health')
  expect(await readiness(world)).toEqual({ status: 'ready', reasons: [] })
})

test('operators’ programs read how the bridge stands, and have it looked at now', async () => {
  const { world } = await start()
  const before = await api(world, 'GET', '/api/v1/health')
  expect([before.status, before.body]).toEqual([200, { ok: null, checkedAt: null, checks: [] }])
  const { body } = await api(world, 'POST', '/api/v1/health')
  expect(body).toMatchObject({
    ok: false,
    checks: expect.arrayContaining([
      { name: 'twilio.credentials', status: 'ok', message: expect.any(String), fix: null },
      { name: 'public-url', status: 'fail', message: expect.any(String), fix: expect.any(String) },
    ]),
  })
  expect(body).toEqual((await api(world, 'GET', '/api/v1/health')).body)
})

import { expect, test } from '@jest/globals'
import { CONSOLE_TOKEN, SERIES_TOKEN } from '../support/api.ts'
import { postAsIntercom, postAsTwilio, replyNotification, SMS } from '../support/forgery.ts'
import { scrape } from '../support/metrics.ts'
import { conversation, maria, sam, texted, untilReadiness, untilTexted, untilWords } from '../support/stories.ts'
import { MARIA, SECRET, TOKEN, worlds } from '../support/world.ts'

const start = worlds()
/** The stand-ins are the services after the change; what the bridge had before is this. */
const OLD = 'the-secret-before'

test('Twilio’s Auth Token is changed: texts signed with the old and the new one arrive, and replies go out', async () => {
  const world = await start({ config: ({ twilio }) => ({ twilio: { ...twilio, authTokens: [TOKEN, OLD] } }) })
  const opened = await conversation(world, 'one')
  expect(await postAsTwilio(world, { token: OLD, params: { ...SMS, Body: 'two' } })).toBe(200)
  await untilWords(world, opened, ['one', 'two'])
  await sam(world, opened, 'It ships today.')

  const { twilio } = world.config
  await world.restart(undefined, { twilio: { ...twilio, authTokens: [TOKEN] } })
  await maria(world, 'three')
  await untilWords(world, opened, ['one', 'two', 'three'])
  expect(await postAsTwilio(world, { token: OLD })).toBe(403)
})

test('Intercom’s client secret is changed before the bridge knows: the replies of that time are texted after its restart, once', async () => {
  const world = await start({
    config: ({ intercom }) => ({ intercom: { ...intercom, clientSecrets: [OLD] } }),
    intercom: { retryDelayMs: 3_600_000 },
  })
  // Its own notifications are refused, so what it would tell of the conversation is not known here.
  const opened = await conversation(world)
  world.intercom.agent.reply(opened.id, 'It ships today.')
  await world.intercom.delivered()
  expect(world.intercom.deliveries.at(-1)?.status).toBe(401)

  const { intercom } = world.config
  await world.restart(undefined, { intercom: { ...intercom, clientSecrets: [SECRET, OLD] } })
  await untilTexted(world, 'It ships today.')
  await sam(world, opened, 'Bye.')
  expect(await postAsIntercom(world, { secret: OLD, body: replyNotification(opened.id, 'Old words') })).toBe(200)
  expect(texted(world).filter((words) => words === 'It ships today.')).toHaveLength(1)
})

test('Intercom’s access token ended before the bridge had the new one: what waited is posted after its restart, in order', async () => {
  const world = await start({ config: ({ intercom }) => ({ intercom: { ...intercom, accessToken: OLD } }) })
  for (const words of ['one', 'two']) expect((await maria(world, words)).status).toBe(200)
  await untilReadiness(world, 503)

  const { intercom } = world.config
  const accessToken = 'intercom-access-token-of-the-tests'
  await world.restart(undefined, { intercom: { ...intercom, accessToken } })
  // The door opens by itself within half a minute.
  world.pass(30_000)
  const opened = await world.intercom.until(() => world.intercom.conversations[0])
  await untilWords(world, opened, ['one', 'two'])
})

test('Twilio’s API key is changed: replies in between wait and go out once', async () => {
  const next = { sid: `SK${'2'.repeat(32)}`, secret: 'the-next-key' }
  const world = await start({
    twilio: { apiKey: next },
    config: ({ twilio }) => ({ twilio: { ...twilio, apiKey: { ...next, secret: OLD } } }),
  })
  const opened = await conversation(world)
  world.intercom.agent.reply(opened.id, 'It ships today.')
  await untilReadiness(world, 503)

  await world.restart(undefined, { twilio: { ...world.config.twilio, apiKey: next } })
  world.pass(30_000)
  await untilTexted(world, 'It ships today.')
})

test('SERIES_TOKEN is changed: steps that still carry the old one text as well, until it is taken out', async () => {
  const world = await start({ config: () => ({ seriesToken: OLD }) })
  await world.restart(undefined, { seriesToken: SERIES_TOKEN, seriesTokenPrevious: OLD })
  const step = async (token: string, body: string) => {
    const answer = await fetch(`${world.twilio.connectUrl}/webhooks/intercom/series`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ phone: MARIA, body }),
    })
    return answer.status
  }
  expect([await step(OLD, 'one'), await step(SERIES_TOKEN, 'two'), await step('guessed', 'three')]).toEqual([
    202, 202, 401,
  ])
  await untilTexted(world, 'one', 'two')
  await world.restart(undefined, { seriesToken: SERIES_TOKEN })
  expect(await step(OLD, 'four')).toBe(401)
})

test('CONSOLE_TOKEN is changed: programs need the new one, and no webhook is lost', async () => {
  const world = await start({ config: () => ({ consoleToken: OLD.padEnd(20, '.') }) })
  const opened = await conversation(world, 'one')
  await expect(scrape(world)).rejects.toThrow('401')
  const { sid } = await maria(world, 'two', { webhook: false })
  await world.restart(() => world.twilio.deliver(sid), { consoleToken: CONSOLE_TOKEN })
  await untilWords(world, opened, ['one', 'two'])
  expect((await scrape(world)).length).toBeGreaterThan(10)
})

import { afterEach, expect, test } from '@jest/globals'
import type { Ask } from '../../src/cli/setup/ask.ts'
import { askForAll } from '../../src/cli/setup/questions.ts'
import { wallClock } from '../../src/clock.ts'
import type { Environment } from '../../src/config/env-reading.ts'
import { startIntercom } from '../../src/sandbox/intercom-server.ts'
import { startTwilio } from '../../src/sandbox/twilio-server.ts'
import { ACCOUNT, SAM, SECRET, SUPPORT, TOKEN } from '../support/world.ts'

const SALES = '+12025550198'
const ACCESS = 'access-token-of-the-tests'
const ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

async function services(region: 'US' | 'EU' = 'US'): Promise<Environment> {
  const twilio = await startTwilio({ accountSid: ACCOUNT, authToken: TOKEN, numbers: [SUPPORT, SALES] })
  const login = { accessToken: ACCESS, clientSecret: SECRET, appId: 'testapp' }
  const intercom = await startIntercom({ ...login, admins: [SAM], region })
  ends.push(() => Promise.all([twilio.close(), intercom.close()]))
  return { TWILIO_API_URL: twilio.url, INTERCOM_API_URL: intercom.url }
}

/** A person with a list of answers for each variable; what is refused is answered with the next one. */
function person(answers: Record<string, string[]>, o: { numbers?: string[]; agrees?: boolean } = {}) {
  const heard: string[] = []
  const answer: Ask['text'] = async ({ message, present, check }) => {
    const [variable = ''] = message.split(':')
    for (const given of [...(answers[variable] ?? []), present ?? '']) {
      const verdict = await check(given)
      if (verdict === true) return given
      heard.push(`${variable}: ${verdict}`)
    }
    throw new Error(`${variable} has no answer that is taken`)
  }
  const offered: string[][] = []
  const ask: Ask = {
    text: answer,
    secret: answer,
    async several({ choices, present }) {
      offered.push([...choices])
      return o.numbers ?? [...present]
    },
    yes: async () => o.agrees ?? false,
  }
  return { ask, heard, offered }
}

const RIGHT = {
  TWILIO_ACCOUNT_SID: [ACCOUNT],
  TWILIO_AUTH_TOKEN: [TOKEN],
  INTERCOM_ACCESS_TOKEN: [ACCESS],
  INTERCOM_CLIENT_SECRET: [SECRET],
  PUBLIC_URL: ['https://sms.example.com'],
}

test('each answer is checked with the service it is for, and asked for again when it is refused', async () => {
  const env = await services()
  const { ask, heard, offered } = person(
    {
      TWILIO_ACCOUNT_SID: ['AC123', ACCOUNT],
      TWILIO_AUTH_TOKEN: ['wrong', TOKEN],
      INTERCOM_ACCESS_TOKEN: ['wrong', ACCESS],
      INTERCOM_CLIENT_SECRET: [ACCESS, SECRET],
      PUBLIC_URL: ['http://sms.example.com', 'https://sms.example.com'],
    },
    { numbers: [SALES], agrees: true },
  )
  const values = await askForAll(ask, env, wallClock)
  expect(values).toEqual({
    TWILIO_ACCOUNT_SID: ACCOUNT,
    TWILIO_AUTH_TOKEN: TOKEN,
    TWILIO_PHONE_NUMBERS: SALES,
    INTERCOM_ACCESS_TOKEN: ACCESS,
    INTERCOM_CLIENT_SECRET: SECRET,
    INTERCOM_REGION: 'us',
    PUBLIC_URL: 'https://sms.example.com',
    CONSOLE_TOKEN: expect.stringMatching(/^[0-9a-f]{64}$/),
  })
  expect(heard).toEqual([
    expect.stringMatching(/^TWILIO_ACCOUNT_SID: It must be AC followed by/),
    expect.stringMatching(/^TWILIO_AUTH_TOKEN: .*credentials/),
    expect.stringMatching(/^INTERCOM_ACCESS_TOKEN: Intercom refused the access token/),
    expect.stringMatching(/^INTERCOM_CLIENT_SECRET: This is the access token/),
    expect.stringMatching(/^PUBLIC_URL: It must begin with https/),
  ])
  expect(offered).toEqual([[SUPPORT, SALES]])
})

test('what is known already is offered, and kept when nothing else is answered', async () => {
  const known = {
    ...(await services()),
    ...Object.fromEntries(Object.entries(RIGHT).map(([name, [value]]) => [name, value])),
    TWILIO_PHONE_NUMBERS: `${SUPPORT}, 12345`,
    CONSOLE_TOKEN: 'kept',
  }
  const { ask, heard, offered } = person({})
  expect(await askForAll(ask, known, wallClock)).toMatchObject({
    TWILIO_ACCOUNT_SID: ACCOUNT,
    TWILIO_PHONE_NUMBERS: `${SUPPORT},12345`,
    PUBLIC_URL: 'https://sms.example.com',
  })
  expect([heard, offered]).toEqual([[], [[SUPPORT, SALES, '12345']]])
})

test('the token says in which region the workspace is', async () => {
  const { ask } = person(RIGHT, { numbers: [SUPPORT] })
  expect(await askForAll(ask, await services('EU'), wallClock)).toMatchObject({ INTERCOM_REGION: 'eu' })
})

import { randomBytes } from 'node:crypto'
import { behaviourSchema } from '../../config/behaviour.ts'
import type { Environment } from '../../config/env-reading.ts'
import { parseBaseUrl } from '../../config/urls.ts'
import { VendorError } from '../../errors.ts'
import { createWorkspace } from '../../intercom/workspace.ts'
import { createTwilioAccount, type TwilioAccount } from '../../twilio/account.ts'
import type { Ask } from './ask.ts'
import type { Values } from './env-file.ts'

const behaviour = behaviourSchema.parse({})
const MOST_NUMBERS = 200

/**
 * Asks a person for what the bridge cannot do without, checking each answer with the service it is for; what is known
 * already is offered.
 * @param given what the environment and `.env` say so far
 */
export async function askForAll(ask: Ask, given: Environment, now: () => number): Promise<Values> {
  const twilio = await askForTwilio(ask, given)
  const intercom = await askForIntercom(ask, given, now)
  const PUBLIC_URL = await ask.text({
    message: 'PUBLIC_URL: the https address at which Twilio and Intercom reach the bridge',
    present: given.PUBLIC_URL,
    async check(answer) {
      const parsed = parseBaseUrl(answer, { httpsOnly: true })
      return 'url' in parsed || `It ${parsed.fault}.`
    },
  })
  const wantsConsole =
    given.CONSOLE_TOKEN === undefined &&
    (await ask.yes('Open the operators’ console, API and metrics with a new token?'))
  const opened = wantsConsole ? { CONSOLE_TOKEN: randomBytes(32).toString('hex') } : {}
  return { ...twilio, ...intercom, PUBLIC_URL: PUBLIC_URL.trim(), ...opened }
}

async function askForTwilio(ask: Ask, given: Environment): Promise<Values> {
  const TWILIO_ACCOUNT_SID = await ask.text({
    message: 'TWILIO_ACCOUNT_SID: Account SID, from https://console.twilio.com',
    present: given.TWILIO_ACCOUNT_SID,
    check: async (sid) => /^AC[0-9a-f]{32}$/i.test(sid) || 'It is AC followed by 32 digits or letters a to f.',
  })
  const accountSid = TWILIO_ACCOUNT_SID.trim()
  const accountWith = (authToken: string) =>
    createTwilioAccount({
      behaviour,
      twilio: { accountSid, authTokens: [authToken], phoneNumbers: [], ...apiUrl(given.TWILIO_API_URL) },
    })
  const TWILIO_AUTH_TOKEN = await ask.secret({
    message: 'TWILIO_AUTH_TOKEN: Auth Token of that account',
    present: given.TWILIO_AUTH_TOKEN,
    check: (token) => taken(token, accountWith(token).account()),
  })
  const senders = await askForSenders(ask, given, accountWith(TWILIO_AUTH_TOKEN))
  return { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN, ...senders }
}

async function askForSenders(ask: Ask, given: Environment, account: TwilioAccount): Promise<Values> {
  const present = (given.TWILIO_PHONE_NUMBERS ?? '').split(',').flatMap((one) => one.trim() || [])
  const owned = (await account.numbers({ limit: MOST_NUMBERS })).map(({ phoneNumber }) => phoneNumber)
  // Short codes and other channels are not among the account's numbers, and stay.
  const choices = [...new Set([...owned, ...present])]
  const chosen = choices.length > 0 ? await ask.several({ message: 'Numbers to text with', choices, present }) : []
  const numbers = { TWILIO_PHONE_NUMBERS: chosen.join(',') }
  if (chosen.length > 0 || given.TWILIO_MESSAGING_SERVICE_SID) return numbers
  const TWILIO_MESSAGING_SERVICE_SID = await ask.text({
    message: 'TWILIO_MESSAGING_SERVICE_SID: without numbers, the Messaging Service to text with',
    async check(sid) {
      if (!/^MG[0-9a-f]{32}$/i.test(sid)) return 'It is MG followed by 32 digits or letters a to f.'
      const known = (await account.services(sid)).some((service) => service.sid === sid)
      return known || 'The account has no such Messaging Service.'
    },
  })
  return { TWILIO_MESSAGING_SERVICE_SID: TWILIO_MESSAGING_SERVICE_SID.trim() }
}

const REGIONS = {
  us: 'https://api.intercom.io',
  eu: 'https://api.eu.intercom.io',
  au: 'https://api.au.intercom.io',
} as const

async function askForIntercom(ask: Ask, given: Environment, now: () => number): Promise<Values> {
  let region: string | null = null
  const INTERCOM_ACCESS_TOKEN = await ask.secret({
    message: 'INTERCOM_ACCESS_TOKEN: access token, from the Developer Hub › your app › Configure › Authentication',
    present: given.INTERCOM_ACCESS_TOKEN,
    async check(token) {
      const looked = await findRegion(token, given, now)
      if ('fault' in looked) return looked.fault
      region = looked.region
      return true
    },
  })
  const INTERCOM_CLIENT_SECRET = await ask.secret({
    message: 'INTERCOM_CLIENT_SECRET: client secret, from Configure › Basic information',
    present: given.INTERCOM_CLIENT_SECRET,
    async check(secret) {
      if (secret === '') return 'It is needed: it verifies what Intercom sends.'
      return secret !== INTERCOM_ACCESS_TOKEN || 'This is the access token; the client secret is another one.'
    },
  })
  return { INTERCOM_ACCESS_TOKEN, INTERCOM_CLIENT_SECRET, ...(region !== null && { INTERCOM_REGION: region }) }
}

/** A workspace answers in its own region only, so the token says where it is. */
async function findRegion(
  token: string,
  given: Environment,
  now: () => number,
): Promise<{ region: string | null } | { fault: string }> {
  if (token === '') return { fault: 'It is needed.' }
  const custom = given.INTERCOM_API_URL
  let fault = ''
  for (const region of ['us', 'eu', 'au'] as const) {
    const intercom = { accessToken: token, clientSecrets: [], region, apiUrl: custom ?? REGIONS[region] }
    const workspace = createWorkspace(
      { behaviour, intercom: { ...intercom, customApiUrl: custom !== undefined } },
      { now },
    )
    try {
      const me = await workspace.me()
      const told = me.region?.toLowerCase() ?? ''
      return { region: told in REGIONS ? told : custom === undefined ? region : null }
    } catch (error) {
      if (!(error instanceof VendorError)) throw error
      fault = error.message
      if (custom !== undefined) break
    }
  }
  return { fault }
}

/** Whether the service takes the secret. */
async function taken(secret: string, call: Promise<unknown>): Promise<true | string> {
  try {
    await call
    return secret !== '' || 'It is needed.'
  } catch (error) {
    if (error instanceof VendorError) return error.message
    throw error
  }
}

const apiUrl = (url: string | undefined) => (url === undefined ? {} : { apiUrl: url.replace(/\/+$/, '') })

import { randomBytes } from 'node:crypto'
import { behaviourSchema } from '../../config/behaviour.ts'
import { type EnvReading, readEnv } from '../../config/env.ts'
import type { Environment, Variable } from '../../config/env-reading.ts'
import { VendorError } from '../../errors.ts'
import { createWorkspace } from '../../intercom/workspace.ts'
import { createTwilioAccount, type TwilioAccount } from '../../twilio/account.ts'
import type { Ask } from './ask.ts'
import type { Values } from './env-file.ts'

const MOST_NUMBERS = 200
const REGIONS = ['us', 'eu', 'au'] as const

/**
 * Asks a person for what the bridge cannot do without, checking each answer with the service it is for; what is known
 * already is offered.
 * @param given what the environment and `.env` say so far
 * @param now Unix milliseconds
 */
export async function askForAll(ask: Ask, given: Environment, now: () => number): Promise<Values> {
  const twilio = await askForTwilio(ask, given)
  const intercom = await askForIntercom(ask, given, now)
  const PUBLIC_URL = await ask.text({
    message: 'PUBLIC_URL: the https address at which Twilio and Intercom reach the bridge',
    present: given.PUBLIC_URL,
    check: async (answer) => formOf('PUBLIC_URL', answer),
  })
  const wantsConsole =
    given.CONSOLE_TOKEN === undefined &&
    (await ask.yes('Open the operators’ console, API and metrics with a new token?'))
  const opened = wantsConsole ? { CONSOLE_TOKEN: randomBytes(32).toString('hex') } : {}
  return { ...twilio, ...intercom, PUBLIC_URL: PUBLIC_URL.trim(), ...opened }
}

async function askForTwilio(ask: Ask, given: Environment): Promise<Values> {
  const sid = await ask.text({
    message: 'TWILIO_ACCOUNT_SID: Account SID, from https://console.twilio.com',
    present: given.TWILIO_ACCOUNT_SID,
    check: async (answer) => formOf('TWILIO_ACCOUNT_SID', answer),
  })
  const TWILIO_ACCOUNT_SID = sid.trim()
  const accountWith = (TWILIO_AUTH_TOKEN: string) =>
    createTwilioAccount(settings({ ...given, TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN }))
  const TWILIO_AUTH_TOKEN = await ask.secret({
    message: 'TWILIO_AUTH_TOKEN: Auth Token of that account',
    present: given.TWILIO_AUTH_TOKEN,
    check: async (token) => refusalOf(accountWith(token).account()),
  })
  const senders = await askForSenders(ask, given, accountWith(TWILIO_AUTH_TOKEN))
  return { TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, ...senders }
}

async function askForSenders(ask: Ask, given: Environment, account: TwilioAccount): Promise<Values> {
  const present = (given.TWILIO_PHONE_NUMBERS ?? '').split(',').flatMap((one) => one.trim() || [])
  const owned = (await account.numbers({ limit: MOST_NUMBERS })).map(({ phoneNumber }) => phoneNumber)
  // Short codes and other channels are not among the account's numbers, and stay.
  const choices = [...new Set([...owned, ...present])]
  const chosen = choices.length > 0 ? await ask.several({ message: 'Numbers to text with', choices, present }) : []
  const numbers = { TWILIO_PHONE_NUMBERS: chosen.join(',') }
  if (chosen.length > 0 || given.TWILIO_MESSAGING_SERVICE_SID) return numbers
  const sid = await ask.text({
    message: 'TWILIO_MESSAGING_SERVICE_SID: without numbers, the Messaging Service to text with',
    async check(answer) {
      const form = formOf('TWILIO_MESSAGING_SERVICE_SID', answer)
      if (form !== true) return form
      const known = (await account.services(answer)).some((service) => service.sid === answer)
      return known || 'The account has no such Messaging Service.'
    },
  })
  return { ...numbers, TWILIO_MESSAGING_SERVICE_SID: sid.trim() }
}

async function askForIntercom(ask: Ask, given: Environment, now: () => number): Promise<Values> {
  let region = ''
  const INTERCOM_ACCESS_TOKEN = await ask.secret({
    message: 'INTERCOM_ACCESS_TOKEN: access token, from the Developer Hub › your app › Configure › Authentication',
    present: given.INTERCOM_ACCESS_TOKEN,
    async check(token) {
      const looked = await findRegion({ ...given, INTERCOM_ACCESS_TOKEN: token }, now)
      if ('fault' in looked) return looked.fault
      region = looked.region
      return true
    },
  })
  const INTERCOM_CLIENT_SECRET = await ask.secret({
    message: 'INTERCOM_CLIENT_SECRET: client secret, from Configure › Basic information',
    present: given.INTERCOM_CLIENT_SECRET,
    async check(secret) {
      if (secret === INTERCOM_ACCESS_TOKEN) return 'This is the access token; the client secret is another one.'
      return formOf('INTERCOM_CLIENT_SECRET', secret)
    },
  })
  return { INTERCOM_ACCESS_TOKEN, INTERCOM_CLIENT_SECRET, INTERCOM_REGION: region }
}

/** A workspace answers in its own region only, and says where it is. */
async function findRegion(given: Environment, now: () => number): Promise<{ region: string } | { fault: string }> {
  let fault = ''
  for (const region of REGIONS) {
    const workspace = createWorkspace(settings({ ...given, INTERCOM_REGION: region }), { now })
    try {
      const told = (await workspace.me()).region?.toLowerCase()
      return { region: REGIONS.find((known) => known === told) ?? region }
    } catch (error) {
      if (!(error instanceof VendorError)) throw error
      fault = error.message
    }
  }
  return { fault }
}

/** What the environment says so far; what is not asked yet is empty. */
function settings(given: Environment): EnvReading['config'] & { behaviour: ReturnType<typeof behaviourSchema.parse> } {
  return { ...readEnv(given, process.cwd()).config, behaviour: behaviourSchema.parse({}) }
}

/** True, or what the bridge would say of such a value at its start. */
function formOf(name: Variable, answer: string): true | string {
  const fault = readEnv({ [name]: answer }, process.cwd()).faults.find((one) => one.startsWith(`${name}: `))
  return fault === undefined || `It ${fault.slice(`${name}: `.length)}.`
}

/** True, or why the service refused. */
async function refusalOf(call: Promise<unknown>): Promise<true | string> {
  try {
    await call
    return true
  } catch (error) {
    if (error instanceof VendorError) return error.message
    throw error
  }
}

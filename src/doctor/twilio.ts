import type { Config } from '../config/types.ts'
import type { VendorError } from '../errors.ts'
import { addressKind } from '../rules/phone.ts'
import type { MessagingService } from '../twilio/account.ts'
import { asked, isSilence, notSeen, unreachable } from './asking.ts'
import { type Finding, fail, ok, warn } from './check.ts'
import { registrationChecks } from './registration.ts'
import type { Surroundings } from './surroundings.ts'
import { webhookCheck, webhookOf } from './webhooks.ts'

const CONSOLE = 'https://console.twilio.com'

/** Everything about Twilio. While it refuses the login nothing else of it can be seen. */
export async function twilioChecks(o: Surroundings): Promise<Finding[]> {
  const login = await loginChecks(o)
  if (login.some(({ status }) => status === 'fail')) return login
  const listed = await asked(o.twilio.services(o.config.twilio.messagingServiceSid))
  const services = 'answer' in listed ? listed.answer : null
  const findings = 'error' in listed ? [servicesNotSeen(listed.error)] : serviceChecks(o.config, listed.answer)
  // Twilio's SDK keeps at most twenty calls on their way.
  const senders = sendersOf(o.config, services).map((sender) => senderChecks(o, sender, services))
  return [...login, ...findings, ...(await Promise.all(senders)).flat()]
}

async function loginChecks({ config, twilio }: Surroundings): Promise<Finding[]> {
  const account = await asked(twilio.account())
  if ('error' in account) return [refusedLogin(account.error)]
  const findings = [ok('twilio.credentials', 'Twilio takes the Account SID and the Auth Token.')]
  findings.push(accountCheck(account.answer))
  if (config.twilio.apiKey) findings.push(keyCheck(await asked(twilio.numbers({ limit: 1 }))))
  return findings
}

function refusedLogin(error: VendorError): Finding {
  if (isSilence(error)) return unreachable('twilio', error)
  const message =
    'Twilio refuses TWILIO_ACCOUNT_SID with TWILIO_AUTH_TOKEN: the token is wrong or was changed, or it belongs to another account.'
  const fix = `Copy both from ${CONSOLE} (Account Info) into the environment or .env, and restart the bridge.`
  return fail('twilio.credentials', message, fix, { stopsTexts: true })
}

function accountCheck({ status, type }: { status: string; type: string }): Finding {
  const name = 'twilio.account'
  if (status !== 'active') {
    const message = `The Twilio account is ${status}: it neither sends nor takes texts.`
    return fail(name, message, `Settle it at ${CONSOLE}, under Billing or with Twilio’s support.`, { stopsTexts: true })
  }
  if (type !== 'Trial') return ok(name, 'The Twilio account is active.')
  return warn(name, 'The Twilio account is a trial: it texts verified numbers only.', `Upgrade it at ${CONSOLE}.`)
}

function keyCheck(answer: { answer: unknown } | { error: VendorError }): Finding {
  const name = 'twilio.api-key'
  if ('answer' in answer) return ok(name, 'Twilio takes the API key.')
  const { error } = answer
  if (isSilence(error)) return unreachable('twilio', error)
  const message =
    error.status === 404
      ? 'The API key belongs to another account than TWILIO_ACCOUNT_SID.'
      : `Twilio refuses TWILIO_API_KEY_SID with TWILIO_API_KEY_SECRET (HTTP ${error.status ?? error.code}).`
  const fix = `Make a standard API key in this account (${CONSOLE}, API keys & tokens), set both variables, restart the bridge; or remove both, then the Auth Token is used.`
  return fail(name, message, fix, { stopsTexts: true })
}

function servicesNotSeen(error: VendorError): Finding {
  const fix = 'Look in the Twilio console whether a Messaging Service has your numbers: its webhook then wins.'
  return notSeen('twilio.services', 'The Messaging Services', error, fix)
}

function serviceChecks({ twilio }: Config, services: MessagingService[]): Finding[] {
  const sid = twilio.messagingServiceSid
  if (sid === undefined) return []
  const name = 'twilio.messaging-service'
  const service = services.find((one) => one.sid === sid)
  if (!service) {
    const message = `The account has no Messaging Service ${sid} (error 21705).`
    return [fail(name, message, 'Correct TWILIO_MESSAGING_SERVICE_SID, or remove it.', { stopsTexts: true })]
  }
  if (service.numbers.length === 0) {
    const message = `The Messaging Service ${sid} has no phone numbers to send from (error 21704).`
    return [warn(name, message, 'Add your numbers to its sender pool in the Twilio console.')]
  }
  return [ok(name, `The Messaging Service ${sid} is there and has ${service.numbers.length} of the numbers.`)]
}

/** Our own senders: those named, else those of our service. */
function sendersOf({ twilio }: Config, services: MessagingService[] | null): string[] {
  if (twilio.phoneNumbers.length > 0) return twilio.phoneNumbers
  return services?.find(({ sid }) => sid === twilio.messagingServiceSid)?.numbers ?? []
}

async function senderChecks(o: Surroundings, sender: string, services: MessagingService[] | null): Promise<Finding[]> {
  const name = `webhook ${sender}`
  if (addressKind(sender) !== 'phone') {
    const fix = `See in the Twilio console, at this sender, that its webhook is POST ${webhookOf(o.config)}.`
    return [warn(name, 'Twilio’s API does not tell where texts to this kind of sender go.', fix)]
  }
  const found = await asked(o.twilio.numbers({ phoneNumber: sender, limit: 20 }))
  if ('error' in found) return [notSeen(name, 'The number', found.error, 'Run the checks again later.')]
  // Twilio’s filter finds parts of numbers, too.
  const number = found.answer.find(({ phoneNumber }) => phoneNumber === sender)
  if (!number) {
    const message = `not_owned: the account ${o.config.twilio.accountSid} does not have the number ${sender}.`
    const fix = 'Correct TWILIO_PHONE_NUMBERS, or use the credentials of the account (or subaccount) that has it.'
    return [fail(name, message, fix, { stopsTexts: true })]
  }
  const service = services?.find(({ numbers }) => numbers.includes(sender)) ?? null
  const webhook = webhookCheck({ config: o.config, number, service, twilio: o.twilio })
  return [webhook, ...(await registrationChecks(o, number, { service, seen: services !== null }))]
}

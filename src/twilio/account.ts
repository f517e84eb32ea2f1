import { VendorError } from '../errors.ts'
import { loadTwilioSdk, type SdkConfig, type TwilioSdk } from './sdk.ts'

/** A number of the account, with where its texts go: https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource */
export interface OwnNumber {
  sid: string
  phoneNumber: string
  smsUrl: string
  smsMethod: string
  smsFallbackUrl: string
  smsFallbackMethod: string
  /** A TwiML app whose addresses count instead; '' where there is none. */
  applicationSid: string
}

/** A Messaging Service and who is in it: https://www.twilio.com/docs/messaging/api/service-resource */
export interface MessagingService {
  sid: string
  name: string
  /** '' means that the texts of its numbers are dropped, unless it defers. */
  inboundUrl: string
  inboundMethod: string
  /** Called when the inbound address fails; '' means that nobody is. */
  fallbackUrl: string
  fallbackMethod: string
  /** "Defer to sender's webhook": the numbers' own addresses count. */
  defers: boolean
  /** E.164. */
  numbers: string[]
}

/** What setup and the checks need of a Twilio account. Every method throws a VendorError. */
export interface TwilioAccount {
  /** GET /Accounts/{sid}.json, with the Auth Token always: a standard API key may not read it. */
  account(): Promise<{ status: string; type: string; name: string }>
  /** GET /IncomingPhoneNumbers.json: up to `limit`, or the one that is `phoneNumber`. */
  numbers(filter: { phoneNumber?: string; limit: number }): Promise<OwnNumber[]>
  /** POST /IncomingPhoneNumbers/{sid}.json: its texts, and those that could not be delivered, are posted to `url`. */
  pointNumber(number: OwnNumber, url: string): Promise<void>
  /** GET /v1/Services and the numbers of each; one that is named first, whether it is listed or not. */
  services(named?: string): Promise<MessagingService[]>
  /** POST /v1/Services/{sid}: the texts of its numbers are posted to `url`. */
  pointService(sid: string, url: string): Promise<void>
  /** GET /v1/Services/{sid}/Compliance/Usa2p: the states of its A2P 10DLC campaigns, such as VERIFIED. */
  campaigns(serviceSid: string): Promise<string[]>
  /** GET /v1/Tollfree/Verifications: the state of a toll-free number's verification; null where there is none. */
  tollFreeVerification(numberSid: string): Promise<string | null>
}

/** Whoever has more has to look in the console. */
const MOST_SERVICES = 50
const MOST_NUMBERS = 400

/** @param onDate is told what each answer says the time is */
export function createTwilioAccount(
  config: SdkConfig,
  { onDate }: { onDate?: (date: string | null) => void } = {},
): TwilioAccount {
  const options = onDate ? { onDate } : {}
  let loading: Promise<TwilioSdk> | undefined
  const sdk = () => {
    loading ??= loadTwilioSdk(config, options)
    return loading
  }
  return {
    account: async () => readAccount(await loadTwilioSdk(withAuthToken(config), options), config.twilio.accountSid),
    numbers: async (filter) => {
      const { limit, phoneNumber } = filter
      const found = await (await sdk()).incomingPhoneNumbers.list({ limit, ...(phoneNumber && { phoneNumber }) })
      return found.map(ownNumber)
    },
    pointNumber: async (number, url) => pointNumber(await sdk(), number, url),
    services: async (named) => services(await sdk(), named),
    pointService: async (sid, url) => {
      const inbound = { inboundRequestUrl: url, inboundMethod: 'POST', fallbackUrl: url, fallbackMethod: 'POST' }
      await (await sdk()).messaging.v1.services(sid).update(inbound)
    },
    campaigns: async (serviceSid) => {
      const found = await (await sdk()).messaging.v1.services(serviceSid).usAppToPerson.list({ limit: 20 })
      return found.map(({ campaignStatus }) => campaignStatus)
    },
    tollFreeVerification: async (numberSid) => {
      const filter = { tollfreePhoneNumberSid: numberSid, limit: 1 }
      const [verification] = await (await sdk()).messaging.v1.tollfreeVerifications.list(filter)
      return verification?.status ?? null
    },
  }
}

function withAuthToken({ twilio, behaviour }: SdkConfig): SdkConfig {
  const { apiKey: _, ...rest } = twilio
  return { behaviour, twilio: rest }
}

async function readAccount(sdk: TwilioSdk, sid: string) {
  const { status, type, friendlyName } = await sdk.api.v2010.accounts(sid).fetch()
  return { status: String(status), type: String(type), name: String(friendlyName) }
}

type Listed = Awaited<ReturnType<TwilioSdk['incomingPhoneNumbers']['list']>>[number]

function ownNumber(number: Listed): OwnNumber {
  return {
    sid: number.sid,
    phoneNumber: number.phoneNumber,
    smsUrl: number.smsUrl ?? '',
    smsMethod: number.smsMethod ?? '',
    smsFallbackUrl: number.smsFallbackUrl ?? '',
    smsFallbackMethod: number.smsFallbackMethod ?? '',
    applicationSid: number.smsApplicationSid ?? '',
  }
}

async function pointNumber(sdk: TwilioSdk, { sid, applicationSid }: OwnNumber, url: string): Promise<void> {
  await sdk.incomingPhoneNumbers(sid).update({
    smsUrl: url,
    smsMethod: 'POST',
    smsFallbackUrl: url,
    smsFallbackMethod: 'POST',
    // Empty takes the app off; while there is one, Twilio ignores the addresses.
    ...(applicationSid !== '' && { smsApplicationSid: '' }),
  })
}

async function services(sdk: TwilioSdk, named: string | undefined): Promise<MessagingService[]> {
  const { v1 } = sdk.messaging
  const listed = await v1.services.list({ limit: MOST_SERVICES })
  const first = named === undefined ? null : await fetchService(sdk, named)
  const all = [...(first ? [first] : []), ...listed.filter(({ sid }) => sid !== named)]
  const found: MessagingService[] = []
  for (const service of all) {
    const numbers = await v1.services(service.sid).phoneNumbers.list({ limit: MOST_NUMBERS })
    found.push({
      sid: service.sid,
      name: service.friendlyName,
      inboundUrl: service.inboundRequestUrl ?? '',
      inboundMethod: service.inboundMethod ?? '',
      fallbackUrl: service.fallbackUrl ?? '',
      fallbackMethod: service.fallbackMethod ?? '',
      defers: service.useInboundWebhookOnNumber === true,
      numbers: numbers.map(({ phoneNumber }) => phoneNumber),
    })
  }
  return found
}

async function fetchService(sdk: TwilioSdk, sid: string) {
  try {
    return await sdk.messaging.v1.services(sid).fetch()
  } catch (error) {
    if (error instanceof VendorError && error.status === 404) return null
    throw error
  }
}

import type { Twilio as TwilioSdk } from 'twilio'
import type { Config } from '../config/types.ts'
import { failureOf, failureWithoutAnswer, unreadable } from './failures.ts'

export type { TwilioSdk }

export interface SdkOptions {
  /** False only under nock, which never answers a request that asks to keep the connection. */
  keepAlive?: boolean
  /** Is told what each answer says the time is (RFC 9110 `Date`); null where it does not. */
  onDate?: (date: string | null) => void
}

/** A page of 200 messages has about 2 MB at worst. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024

/**
 * Twilio's SDK as the bridge uses it: no retries, one time limit for the whole call, every host at TWILIO_API_URL when
 * that is set, and every failure a {@link VendorError}. Loaded at the first call, since it takes 30 MB.
 */
export async function loadTwilioSdk(config: SdkConfig, o: SdkOptions = {}): Promise<TwilioSdk> {
  const { keepAlive = true, onDate } = o
  // CommonJS: only the default export can be seen from an ES module.
  const { default: twilio } = await import('twilio')
  const timeout = Math.round(config.behaviour.timing.requestTimeoutSeconds * 1000)
  const httpClient = new twilio.RequestClient({ timeout, keepAlive })
  httpClient.axios.defaults.maxContentLength = MAX_ANSWER_BYTES
  httpClient.axios.interceptors.request.use((request) => {
    if (request.url !== undefined) request.url = twilioAddress(request.url, config.twilio.apiUrl)
    // The SDK's timeout is for silence only: an answer that drips in would never end.
    request.signal = AbortSignal.timeout(timeout)
    return request
  })
  httpClient.axios.interceptors.response.use(
    (response) => {
      const { status, data, headers } = response
      onDate?.(typeof headers.date === 'string' ? headers.date : null)
      if (status < 200 || status >= 300) {
        throw failureOf({ status, body: data, headers: { retryAfter: headers['retry-after'], date: headers.date } })
      }
      if (status !== 204 && (typeof data !== 'object' || data === null)) throw unreadable(status)
      return response
    },
    (err) => {
      throw failureWithoutAnswer(err)
    },
  )
  const [user, password] = twilioCredentials(config.twilio)
  return twilio(user, password, {
    accountSid: config.twilio.accountSid,
    httpClient,
    autoRetry: false,
    // TWILIO_REGION and TWILIO_EDGE would rewrite the host behind our back.
    env: {},
  })
}

export type SdkConfig = Pick<Config, 'twilio' | 'behaviour'>

/** User and password of Basic authentication: the API key when there is one, else account and token. */
export function twilioCredentials({
  apiKey,
  accountSid,
  authTokens,
}: Config['twilio']): [user: string, password: string] {
  return apiKey ? [apiKey.sid, apiKey.secret] : [accountSid, authTokens[0] ?? '']
}

/** The same address at TWILIO_API_URL, which stands for every host of Twilio; unchanged when it is not set. */
export function twilioAddress(address: string, apiUrl: string | undefined): string {
  if (apiUrl === undefined || address.startsWith(`${apiUrl}/`)) return address
  const { pathname, search } = new URL(address)
  return apiUrl + pathname + search
}

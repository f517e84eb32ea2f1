import { createHmac } from 'node:crypto'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach } from '@jest/globals'
import type { SdkConfig } from '../../src/twilio/sdk.ts'

export const ACCOUNT_SID = `AC${'a1'.repeat(16)}`
export const MESSAGE_SID = `SM${'b2'.repeat(16)}`
export const SERVICE_SID = `MG${'c3'.repeat(16)}`
export const MEDIA_SID = `ME${'d4'.repeat(16)}`
export const AUTH_TOKEN = 'token-of-the-tests'
export const OUR_NUMBER = '+12025550199'
export const MARIA = '+12025550123'

type TwilioSettings = SdkConfig['twilio']

export function twilioSettings(extra: Partial<TwilioSettings> = {}): TwilioSettings {
  return { accountSid: ACCOUNT_SID, authTokens: [AUTH_TOKEN], phoneNumbers: [OUR_NUMBER], ...extra }
}

export function sdkConfig(extra: Partial<TwilioSettings> = {}, requestTimeoutSeconds = 2): SdkConfig {
  const timing = { requestTimeoutSeconds, leaseSeconds: 60, settleSeconds: 60, retryBaseSeconds: 1, maxAttempts: 12 }
  return { twilio: twilioSettings(extra), behaviour: { timing } as SdkConfig['behaviour'] }
}

/** X-Twilio-Signature as the documentation describes it, written down independently of the bridge. */
export function sign(url: string, params: Record<string, string>, token = AUTH_TOKEN): string {
  const tail = Object.keys(params)
    .sort()
    .map((name) => name + params[name])
  return createHmac('sha1', token)
    .update(url + tail.join(''))
    .digest('base64')
}

export async function listen(handler: RequestListener): Promise<{ server: Server; port: number; url: string }> {
  const server = createServer(handler)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { server, port, url: `http://127.0.0.1:${port}` }
}

export async function close(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}

/** For a file of tests: what it gives serves a handler until the test is over. Resolves with the address. */
export function servers(): (handler: RequestListener) => Promise<string> {
  const open: Server[] = []
  afterEach(async () => {
    await Promise.all(open.splice(0).map(close))
  })
  return async (handler) => {
    const { server, url } = await listen(handler)
    open.push(server)
    return url
  }
}

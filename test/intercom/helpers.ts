import { createServer, type RequestListener, type Server } from 'node:http'
import { behaviourSchema } from '../../src/config/behaviour.ts'
import type { Config } from '../../src/config/types.ts'
import { VendorError } from '../../src/errors.ts'
import { createIntercom } from '../../src/intercom/client.ts'

export const API = 'https://api.intercom.io'
export const NOW = Date.UTC(2026, 0, 10, 12)
export const MARIA = '6762f1571bb69f9f2193bbbb'
export const CONVERSATION = '215472000000001'
export const TOKEN = 'dG9rOmNhbmFyeQ=='

export function config(intercom: Partial<Config['intercom']> = {}, requestTimeoutSeconds = 1): Config {
  return {
    publicUrl: 'https://bridge.example.com',
    host: '127.0.0.1',
    port: 0,
    twilio: { accountSid: 'AC00000000000000000000000000000000', authTokens: ['x'], phoneNumbers: ['+12025550199'] },
    intercom: {
      accessToken: TOKEN,
      clientSecrets: ['current-secret', 'previous-secret'],
      adminId: '991267696',
      region: 'us',
      apiUrl: API,
      customApiUrl: false,
      ...intercom,
    },
    databaseUrl: 'sqlite::memory:',
    defaultCountry: 'US',
    logLevel: 'silent',
    logPii: false,
    behaviour: behaviourSchema.parse({ timing: { requestTimeoutSeconds } }),
  }
}

export function intercom(settings: Parameters<typeof config>[0] = {}, requestTimeoutSeconds?: number) {
  return createIntercom(config(settings, requestTimeoutSeconds), { now: () => NOW })
}

/** A configuration whose admin is not named, so that the token has to be asked. */
export function withoutAdmin() {
  const { adminId: _, ...rest } = config().intercom
  return createIntercom({ ...config(), intercom: rest }, { now: () => NOW })
}

export function errorList(code: string, message: string) {
  return { type: 'error.list', errors: [{ code, message }] }
}

export async function failure(promise: Promise<unknown>): Promise<VendorError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof VendorError) return error
  throw new Error('expected a VendorError', { cause: error })
}

export async function listen(
  handler: RequestListener,
): Promise<{ url: string; server: Server; close(): Promise<void> }> {
  const server = createServer(handler)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { url: `http://127.0.0.1:${port}`, server, close }
}

export function contactJson(over: Record<string, unknown> = {}) {
  return {
    type: 'contact',
    id: MARIA,
    role: 'user',
    external_id: 'sms:+12025550123',
    name: 'Maria',
    phone: '+12025550123',
    created_at: 1_734_537_000,
    updated_at: 1_734_537_100,
    last_seen_at: null,
    last_replied_at: 1_734_537_200,
    last_contacted_at: 1_734_537_900,
    ...over,
  }
}

export function partJson(over: Record<string, unknown> = {}) {
  return {
    type: 'conversation_part',
    id: '132',
    part_type: 'comment',
    body: '<p>Hello</p>',
    created_at: 1_734_537_561,
    author: { id: MARIA, type: 'user', name: 'Maria', email: '', from_ai_agent: false, is_ai_answer: false },
    attachments: [],
    redacted: false,
    ...over,
  }
}

export function conversationJson(parts: unknown[] = [], over: Record<string, unknown> = {}) {
  return {
    type: 'conversation',
    id: CONVERSATION,
    created_at: 1_734_537_500,
    state: 'open',
    source: { type: 'conversation', id: '403918349', body: '<p>First</p>', author: { type: 'user', id: MARIA } },
    contacts: { type: 'contact.list', contacts: [{ type: 'contact', id: MARIA, external_id: '70' }] },
    conversation_parts: { type: 'conversation_part.list', conversation_parts: parts, total_count: parts.length },
    ...over,
  }
}

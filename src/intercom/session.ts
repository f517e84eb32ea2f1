import type { IntercomClient as Sdk } from 'intercom-client'
import type { z } from 'zod'
import type { Config } from '../config/types.ts'
import { type Operation, toVendorError, unreadableAnswer } from './errors.ts'
import { boundedFetch } from './transport.ts'

/** The version that src/intercom/answers.ts was written against; the SDK's own list of versions ends at 2.14. */
const API_VERSION = '2.16'
const MAX_ANSWER_BYTES = 10 * 1024 * 1024

export type Call = <T>(
  operation: Operation,
  answer: z.ZodType<T>,
  request: (sdk: Sdk, post: Post, get: Get) => Promise<unknown>,
) => Promise<T>

/** A POST of what the SDK has no method for, with the same bounds and errors. */
export type Post = (path: string, body: object) => Promise<unknown>

/** A GET of the same kind. */
export type Get = (path: string) => Promise<unknown>

export type CallConfig = Pick<Config, 'intercom' | 'behaviour'>

/**
 * How every call is made: one request, nothing repeated, its answer read through a schema, every failure a VendorError.
 * The SDK is loaded at the first call, because it takes a third of a second.
 */
export function createCall(config: CallConfig, o: { now: () => number; onHeaders: (headers: Headers) => void }): Call {
  const load = remembered(() => loadSdk(config, o.onHeaders))
  return async (operation, answer, request) => {
    const { sdk, post, get, IntercomError } = await load.get()
    const raw = await request(sdk, post, get).catch((error: unknown) => {
      throw error instanceof IntercomError ? toVendorError(error, operation, o.now) : error
    })
    const read = answer.safeParse(raw)
    if (!read.success) throw unreadableAnswer(operation, read.error)
    return read.data
  }
}

async function loadSdk(config: CallConfig, onHeaders: (headers: Headers) => void) {
  const { IntercomClient, IntercomError } = await import('intercom-client')
  const { requestTimeoutSeconds } = config.behaviour.timing
  const { accessToken: token, apiUrl } = config.intercom
  const version = { 'Intercom-Version': API_VERSION }
  const bounded = boundedFetch({ timeoutMs: requestTimeoutSeconds * 1000, maxBytes: MAX_ANSWER_BYTES, onHeaders })
  const sdk = new IntercomClient({
    token,
    baseUrl: apiUrl,
    headers: version,
    maxRetries: 0,
    // The SDK's own clock is not listened to, but after a failed call it runs on, and the process with it.
    timeoutInSeconds: requestTimeoutSeconds,
    fetch: bounded,
  })
  const headers = { ...version, authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const send = async (path: string, init: RequestInit) => {
    const response = await bounded(`${apiUrl}${path}`, { ...init, headers }).catch((error: Error) => {
      throw new IntercomError({ message: error.message })
    })
    const answer: unknown = await response.json().catch(() => undefined)
    if (!response.ok) throw new IntercomError({ statusCode: response.status, body: answer, rawResponse: response })
    return answer
  }
  const post: Post = (path, body) => send(path, { method: 'POST', body: JSON.stringify(body) })
  const get: Get = (path) => send(path, { method: 'GET' })
  return { sdk, post, get, IntercomError }
}

export interface Remembered<T> {
  get(): Promise<T>
  forget(): void
}

/** The result of `load`, fetched at the first `get` and shared by all callers; a failure is not remembered. */
export function remembered<T>(load: () => Promise<T>): Remembered<T> {
  let value: Promise<T> | undefined
  return {
    get() {
      if (value) return value
      const loading = load()
      value = loading
      loading.catch(() => {
        if (value === loading) value = undefined
      })
      return loading
    },
    forget() {
      value = undefined
    },
  }
}

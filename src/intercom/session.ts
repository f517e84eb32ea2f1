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
  request: (sdk: Sdk) => Promise<unknown>,
) => Promise<T>

/**
 * How every call is made: one request, nothing repeated, its answer read through a schema, every failure a VendorError.
 * The SDK is loaded at the first call, because it takes a third of a second.
 */
export function createCall(config: Config, o: { now: () => number; onHeaders: (headers: Headers) => void }): Call {
  const load = remembered(() => loadSdk(config, o.onHeaders))
  return async (operation, answer, request) => {
    const { sdk, IntercomError } = await load.get()
    const raw = await request(sdk).catch((error: unknown) => {
      throw error instanceof IntercomError ? toVendorError(error, operation, o.now) : error
    })
    const read = answer.safeParse(raw)
    if (!read.success) throw unreadableAnswer(operation, read.error)
    return read.data
  }
}

async function loadSdk(config: Config, onHeaders: (headers: Headers) => void) {
  const { IntercomClient, IntercomError } = await import('intercom-client')
  const { requestTimeoutSeconds } = config.behaviour.timing
  const sdk = new IntercomClient({
    token: config.intercom.accessToken,
    baseUrl: config.intercom.apiUrl,
    headers: { 'Intercom-Version': API_VERSION },
    maxRetries: 0,
    // The SDK's own clock is not listened to, but after a failed call it runs on, and the process with it.
    timeoutInSeconds: requestTimeoutSeconds,
    fetch: boundedFetch({ timeoutMs: requestTimeoutSeconds * 1000, maxBytes: MAX_ANSWER_BYTES, onHeaders }),
  })
  return { sdk, IntercomError }
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

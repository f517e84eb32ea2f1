import { checkDescribed } from './described.ts'
import type { World } from './world.ts'

export const CONSOLE_TOKEN = 'console-token-of-the-tests'
export const SERIES_TOKEN = 'series-token-of-the-tests'

export interface Answer {
  status: number
  body: Record<string, unknown>
}

const API = '/api/v1'

/** One request to the operator API, whose answer has to be as its description says. */
export async function api(
  { bridge, config }: World,
  method: string,
  path: string,
  o: { body?: unknown; headers?: Record<string, string>; token?: string } = {},
): Promise<Answer> {
  const { body, headers = {}, token = CONSOLE_TOKEN } = o
  const answer = await fetch(`http://127.0.0.1:${bridge.port}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  const read = { status: answer.status, body: text === '' ? {} : JSON.parse(text) }
  if (path.startsWith(API) && config.consoleToken) checkDescribed(method, path.slice(API.length), read)
  return read
}

/** A program texts somebody. */
export const send = (world: World, body: object, headers?: Record<string, string>) =>
  api(world, 'POST', '/api/v1/messages', { body, ...(headers ? { headers } : {}) })

import type { World } from './world.ts'

export const CONSOLE_TOKEN = 'console-token-of-the-tests'
export const SERIES_TOKEN = 'series-token-of-the-tests'

export interface Answer {
  status: number
  body: Record<string, unknown>
}

/** One request to the operator API. */
export async function api(
  { bridge }: World,
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
  return { status: answer.status, body: text === '' ? {} : JSON.parse(text) }
}

/** A program texts somebody. */
export const send = (world: World, body: object, headers?: Record<string, string>) =>
  api(world, 'POST', '/api/v1/messages', { body, ...(headers ? { headers } : {}) })

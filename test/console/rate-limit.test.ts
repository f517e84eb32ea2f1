import { afterEach, expect, test } from '@jest/globals'
import express, { type RequestHandler } from 'express'
import { apiRoutes } from '../../src/console/api.ts'
import { limitRate } from '../../src/console/rate-limit.ts'
import { ROUTES } from '../../src/console/routes.ts'
import { checkDescribed } from '../support/described.ts'

const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

/** What becomes of a request: 200 when it is let through. */
function ask(limit: RequestHandler, caller: string): { status: number; retryAfter?: string } {
  const answer = { status: 200 }
  const res = {
    locals: { caller },
    set: (_name: string, retryAfter: string) => Object.assign(answer, { retryAfter }),
    status(status: number) {
      answer.status = status
      return { json() {} }
    },
  }
  void limit({} as never, res as never, () => {})
  return answer
}

const spend = (limit: RequestHandler, caller: string, times: number) =>
  Array.from({ length: times }, () => ask(limit, caller).status)
const all200 = (times: number) => Array.from({ length: times }, () => 200)

test('after 600 requests in a minute a program is told when to come again, and then it may', () => {
  let now = 15_500
  const limit = limitRate({ now: () => now })
  expect(spend(limit, 'a', 600)).toEqual(all200(600))
  expect(ask(limit, 'a')).toEqual({ status: 429, retryAfter: '45' })
  now += 44_000
  expect(ask(limit, 'a')).toEqual({ status: 429, retryAfter: '1' })
  now += 1000
  expect(spend(limit, 'a', 601)).toEqual([...all200(600), 429])
})

test('nobody waits for somebody else', () => {
  const limit = limitRate({ now: () => 0 })
  spend(limit, 'a', 600)
  expect([ask(limit, 'a').status, ask(limit, 'b').status]).toEqual([429, 200])
})

test('every route of the API counts, and is refused beyond the limit', async () => {
  const app = express().use(apiRoutes({ now: () => 0 } as Parameters<typeof apiRoutes>[0]))
  const server = app.listen(0)
  ends.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  for (let n = 0; n < 600; n++) expect((await fetch(`${url}/nothing`)).status).toBe(404)
  for (const { method, path } of ROUTES) {
    const asked = path.replace(':id', '1')
    const answer = await fetch(`${url}${asked}`, { method })
    const read = { status: answer.status, body: await answer.json() }
    expect([path, read]).toEqual([
      path,
      { status: 429, body: { error: { code: 'rate_limited', message: expect.any(String) } } },
    ])
    checkDescribed(method.toUpperCase(), asked, read)
  }
})

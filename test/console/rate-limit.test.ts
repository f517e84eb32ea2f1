import { expect, test } from '@jest/globals'
import express from 'express'
import request from 'supertest'
import { apiRoutes } from '../../src/console/api.ts'
import { limitRate } from '../../src/console/rate-limit.ts'
import { ROUTES } from '../../src/console/routes.ts'
import { checkDescribed } from '../support/described.ts'

/** A door of its own; callers name themselves in a header. */
function door(now: () => number) {
  const app = express()
  app.use((req, res, next) => {
    res.locals.caller = req.get('caller')
    next()
  })
  app.use(limitRate({ now }))
  app.get('/', (_req, res) => void res.json({}))
  const ask = (caller: string) => request(app).get('/').set('caller', caller)
  const spend = async (caller: string, times: number) => {
    for (let n = 0; n < times; n++) await ask(caller).expect(200)
  }
  return { ask, spend }
}

test('after 600 requests in a minute a program is told when to come again, and then it may', async () => {
  let now = 0
  const { ask, spend } = door(() => now)
  await spend('a', 600)
  const { status, body, headers } = await ask('a')
  expect([status, body.error.code, headers['retry-after']]).toEqual([429, 'rate_limited', '1'])
  now += 1000
  await spend('a', 10)
  expect((await ask('a')).status).toBe(429)
  now += 60_000
  await spend('a', 600)
})

test('nobody waits for somebody else', async () => {
  const { ask, spend } = door(() => 0)
  await spend('a', 600)
  expect([(await ask('a')).status, (await ask('b')).status]).toEqual([429, 200])
})

test('every route of the API counts, and is refused beyond the limit', async () => {
  const app = express().use(apiRoutes({ now: () => 0 } as Parameters<typeof apiRoutes>[0]))
  for (let n = 0; n < 600; n++) await request(app).get('/nothing').expect(404)
  for (const { method, path } of ROUTES) {
    const { status, body } = await request(app)[method](path.replace(':id', '1'))
    expect([path, status, body.error.code]).toEqual([path, 429, 'rate_limited'])
    checkDescribed(method.toUpperCase(), path.replace(':id', '1'), { status, body })
  }
})

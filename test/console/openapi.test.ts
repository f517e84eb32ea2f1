import { expect, test } from '@jest/globals'
import { Validator } from '@seriousme/openapi-schema-validator'
import express, { type Router } from 'express'
import { apiRoutes } from '../../src/console/api.ts'
import { api, CONSOLE_TOKEN } from '../support/api.ts'
import { checkDescribed, DESCRIPTION } from '../support/described.ts'
import { worlds } from '../support/world.ts'

const start = worlds()

/** As `GET /messages/{id}`. */
function described(): string[] {
  return Object.entries(DESCRIPTION.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method} ${path}`),
  )
}

function served(router: Router): string[] {
  return router.stack.flatMap(({ route }) => {
    if (!route) return []
    const methods = (route as unknown as { methods: Record<string, boolean> }).methods
    return Object.keys(methods).map((method) => `${method} ${route.path.replace(/:(\w+)/g, '{$1}')}`)
  })
}

test('the operator API describes itself in valid OpenAPI 3.1', async () => {
  const world = await start({ config: () => ({ consoleToken: CONSOLE_TOKEN }) })
  const { status, body } = await api(world, 'GET', '/api/v1/openapi.json')
  const validator = new Validator()
  expect([status, await validator.validate(body)]).toEqual([200, { valid: true }])
  expect([validator.version, body]).toEqual(['3.1', JSON.parse(JSON.stringify(DESCRIPTION))])
})

test('every route of the router is described, and every route described is there', () => {
  const nothing = {} as Parameters<typeof apiRoutes>[0]
  expect(served(apiRoutes(nothing)).sort()).toEqual(described().sort())
  expect(served(express.Router())).toEqual([])
})

test('the description has what INTERFACE promises, and what was added', () => {
  expect(described().sort()).toEqual(
    [
      ...['get /health', 'post /health'],
      ...['post /messages', 'get /messages', 'get /messages/{id}', 'post /messages/{id}/resend'],
      ...['post /messages/{id}/mark-sent', 'post /messages/{id}/cancel', 'get /threads', 'get /threads/{id}'],
      ...['get /jobs', 'post /jobs/{id}/retry', 'post /jobs/{id}/discard', 'post /jobs/retry-dead'],
      ...['get /opt-outs', 'post /opt-outs', 'delete /opt-outs/{id}', 'get /stats', 'get /audit', 'post /reconcile'],
      ...['get /customers/{phone}/export', 'delete /customers/{phone}', 'get /openapi.json'],
    ].sort(),
  )
})

test.each([
  ['a field that is not described', 200, { data: [], next: null, more: 1 }],
  ['a status that is not described', 418, {}],
  ['a field that is missing', 200, { data: [] }],
  ['a code that is not described', 401, { error: { code: 'odd', message: 'x' } }],
])('an answer with %s would not pass unnoticed', (_, status, body) => {
  expect(() => checkDescribed('GET', '/audit?limit=1', { status, body })).toThrow('GET /audit?limit=1 answered')
})

import { existsSync, readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, expect } from '@jest/globals'
import { Ajv } from 'ajv'
import nock from 'nock'
import { parse } from 'yaml'
import { API } from './helpers.ts'

/** No request may reach the network, and every prepared answer has to be used. */
export function onlyPreparedAnswers(): void {
  beforeAll(() => nock.disableNetConnect())
  afterEach(() => {
    const unused = nock.pendingMocks()
    nock.cleanAll()
    expect(unused).toEqual([])
  })
  // Jest gives every test file its own nock, but they all patch the same sockets.
  afterAll(() => {
    nock.enableNetConnect()
    nock.restore()
  })
}

export interface Sent {
  method: string
  path: string
  body: unknown
}

/** Answers `method path` once with nock and keeps what was sent. */
export function answer(
  method: 'GET' | 'POST' | 'PUT',
  path: string,
  status: number,
  body: unknown,
  headers = {},
): Sent[] {
  const sent: Sent[] = []
  nock(API)
    .intercept(path, method)
    .reply(function reply(_uri, requestBody) {
      sent.push({ method, path, body: requestBody === '' ? undefined : requestBody })
      return [
        status,
        body === undefined ? '' : JSON.stringify(body),
        { 'content-type': 'application/json', ...headers },
      ]
    })
  return sent
}

const CONTRACT = new URL('../../../shared/contracts/intercom-openapi.yaml', import.meta.url)
// `nullable` stands beside no `type` in places, which ajv refuses; we send no nulls.
const withoutNullable = (key: unknown, value: unknown) => (key === 'nullable' ? undefined : value)
const spec = existsSync(CONTRACT) ? parse(readFileSync(CONTRACT, 'utf8'), withoutNullable) : undefined
const ajv = new Ajv({ strict: false, validateFormats: false })
if (spec) ajv.addSchema({ $id: 'intercom', components: spec.components, paths: spec.paths })

/** Where Intercom's OpenAPI file is at hand, a request has to be valid against it. */
export function expectValid(sent: Sent[], template: string): void {
  expect(sent).toHaveLength(1)
  if (!spec) return
  const pointer = template.replaceAll('~', '~0').replaceAll('/', '~1').replaceAll('{', '%7B').replaceAll('}', '%7D')
  const method = sent[0]?.method.toLowerCase()
  const $ref = `intercom#/paths/${pointer}/${method}/requestBody/content/application~1json/schema`
  const valid = ajv.validate({ $ref }, sent[0]?.body)
  expect({ valid, errors: ajv.errors }).toEqual({ valid: true, errors: null })
}

import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { checkRequests, nullable, openContract, type Request } from './contracts.ts'

const SPEC = `
paths:
  /replies/last:
    post: { requestBody: { content: { application/json: { schema: { type: object } } } } }
  /replies/{id}:
    post:
      parameters:
        - { name: id, in: path, required: true, schema: { type: integer } }
        - { name: Version, in: header, schema: { enum: ['2.16'] } }
        - { name: page, in: query, required: true, schema: { type: integer, maximum: 5 } }
      requestBody:
        required: true
        content:
          application/json: { schema: { $ref: '#/components/schemas/reply' } }
          application/x-www-form-urlencoded: { schema: { $ref: '#/components/schemas/reply' } }
components:
  schemas:
    reply:
      type: object
      required: [body]
      properties: { body: { type: string }, files: { type: array, items: { type: string, format: uri } } }
`
const contract = openContract(parse(SPEC, nullable))

const JSON_TYPE = 'application/json'
const good = { method: 'POST', target: '/replies/7?page=2', type: JSON_TYPE, version: '2.16', body: '{"body":"Hi"}' }

function request(changes: Partial<typeof good>): Request {
  const { method, target, type, version, body } = { ...good, ...changes }
  const { pathname, searchParams } = new URL(target, 'http://stand-in')
  const form = Object.fromEntries(new URLSearchParams(body))
  return {
    method,
    path: pathname,
    query: searchParams,
    headers: { 'content-type': type, version },
    raw: Buffer.from(body),
    body: body === '' ? null : type === JSON_TYPE ? JSON.parse(body) : form,
  }
}

test.each([
  ['as the file says', {}],
  ['with a path that is spelled out', { target: '/replies/last' }],
  [
    'as a form, where one value stands for a list',
    { type: 'application/x-www-form-urlencoded', body: 'body=Hi&files=a:b' },
  ],
])('a request %s has no fault', (_, changes) => {
  expect(contract.faults(request(changes))).toEqual([])
})

test.each([
  [{ method: 'GET' }, 'there is no such method and path'],
  [{ target: '/reply/7?page=2' }, 'there is no such method and path'],
  [{ target: '/replies/seven?page=2' }, 'path parameter id must be integer'],
  [{ target: '/replies/7' }, 'query parameter page is missing'],
  [{ target: '/replies/7?page=9' }, 'query parameter page must be <= 5'],
  [{ target: '/replies/7?page=2&pgae=3' }, 'query parameter pgae is not known'],
  [{ version: '9' }, 'header parameter Version must be equal to one of the allowed values'],
  [{ body: '' }, 'the body is missing'],
  [{ body: '{"text":"Hi"}' }, "body must have required property 'body'"],
  [{ body: '{"body":7}' }, 'body /body must be string'],
  [{ body: '{"body":"Hi","files":["a"]}' }, 'body /files/0 must match format "uri"'],
  [{ type: 'text/plain' }, 'a body of type text/plain is not taken'],
])('%j is refused because %s', (changes, fault) => {
  expect(contract.faults(request(changes))).toEqual([fault])
})

test('the first request with a fault stops the story, and says which it was and why', () => {
  const check = () => checkRequests(contract, 'Intercom', [request({}), request({ body: '' })])
  expect(check).toThrow('POST /replies/7 is not a request that Intercom documents:\n  the body is missing')
  expect(() => checkRequests(null, 'Intercom', [request({ body: '' })])).not.toThrow()
})

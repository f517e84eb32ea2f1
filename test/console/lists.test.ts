import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { api, CONSOLE_TOKEN } from '../support/api.ts'
import { MARIA, SUPPORT, startWorld, type World } from '../support/world.ts'
import { deadEffect, deadFact, messages } from './seed.ts'

const NOON = Date.parse('2026-11-24T12:00:00Z')
const JOHN = '+12025550145'

let world: World
let ids: string[]
beforeAll(async () => {
  world = await startWorld({ config: () => ({ consoleToken: CONSOLE_TOKEN }), yaml: 'reconcile: { onStart: false }' })
  ids = await messages(world, [
    { at: NOON, direction: 'inbound', status: 'posted', body: 'Hello?', conversationId: '7', twilioSid: 'SM1' },
    { at: NOON + 1, conversationId: '7', partId: '70', segments: 2, twilioSid: 'SM2' },
    { at: NOON + 2, status: 'failed', error: { code: '30006', message: 'It is a landline.' } },
    { at: NOON + 3, status: 'failed', error: { code: 'too_long', message: 'It is too long.' } },
    { at: NOON + 4, customer: JOHN },
  ])
  for (const at of [0, 2, 4]) await deadEffect(world, NOON + at)
  for (const at of [1, 3]) await deadFact(world, NOON + at)
})
afterAll(() => world.close())

type List = { data: Record<string, unknown>[]; next: string | null }

async function list(path: string): Promise<List> {
  const { status, body } = await api(world, 'GET', `/api/v1${path}`)
  expect(status).toBe(200)
  return body as unknown as List
}

/** This field of every item, page by page. */
async function pages(path: string, field: string): Promise<unknown[][]> {
  const all: unknown[][] = []
  for (let cursor = ''; ; ) {
    const { data, next } = await list(`${path}${cursor}`)
    all.push(data.map((item) => item[field]))
    if (next === null) return all
    cursor = `&cursor=${encodeURIComponent(next)}`
  }
}

const newestFirst = () => [...ids].reverse()

test('messages come newest first, and after the last page there is none', async () => {
  const { data, next } = await list('/messages')
  expect([data.map(({ id }) => id), next]).toEqual([newestFirst(), null])
})

test('the next page begins where this one ends, and nothing is shown twice or left out', async () => {
  const [e, d, c, b, a] = newestFirst()
  expect(await pages('/messages?limit=2', 'id')).toEqual([[e, d], [c, b], [a]])
  expect(await pages('/messages?limit=5', 'id')).toEqual([[e, d, c, b, a]])
})

test('threads and opt-outs are followed page by page as well, each once', async () => {
  expect((await pages('/threads?limit=1', 'customer')).map((page) => page.length)).toEqual([1, 1])
  expect((await pages('/threads?limit=1', 'customer')).flat().sort()).toEqual([MARIA, JOHN].sort())
  const gone = ['+12025550171', '+12025550172', '+12025550173']
  for (const phone of gone) await api(world, 'POST', '/api/v1/opt-outs', { body: { phone } })
  const followed = await pages('/opt-outs?limit=2', 'phone')
  expect(followed.map((page) => page.length)).toEqual([2, 1])
  expect(followed.flat().sort()).toEqual(gone)
})

test('a message has all that is promised', async () => {
  const { data } = await list('/messages?status=posted')
  const promised = {
    ...{ id: ids[0], direction: 'inbound', status: 'posted', customer: MARIA, number: SUPPORT, channel: 'sms' },
    ...{
      body: 'Hello?',
      media: [],
      segments: null,
      price: null,
      priceUnit: null,
      twilioSid: 'SM1',
      conversationId: '7',
    },
    ...{ partId: null, contactId: null, error: null },
    ...{ createdAt: '2026-11-24T12:00:00.000Z', updatedAt: '2026-11-24T12:00:00.000Z' },
  }
  expect(data).toMatchObject([promised])
})

test('Twilio’s error codes are numbers, ours are words', async () => {
  const { data } = await list('/messages?status=failed')
  expect(data.map(({ error }) => error)).toEqual([
    { code: 'too_long', message: 'It is too long.' },
    { code: 30006, message: 'It is a landline.' },
  ])
})

test('a single message comes with its attempts', async () => {
  const { status, body } = await api(world, 'GET', `/api/v1/messages/${ids[0]}`)
  expect([status, body.id, body.attempts]).toEqual([200, ids[0], []])
})

test.each([
  [`phone=${encodeURIComponent(JOHN)}`, [4]],
  ['phone=(202) 555-0145', [4]],
  ['direction=inbound', [0]],
  ['status=delivered', [4, 1]],
  ['conversation=7', [1, 0]],
  ['conversation=7&direction=outbound', [1]],
  ['phone=%2B12025550111', []],
])('messages can be asked for by %s', async (query, expected) => {
  const { data } = await list(`/messages?${query}`)
  expect(data.map(({ id }) => id)).toEqual(expected.map((n) => ids[n]))
})

test('dead letters of both kinds come newest first, page by page', async () => {
  const at = (n: number) => new Date(NOON + n).toISOString()
  expect(await pages('/jobs?state=dead&limit=2', 'createdAt')).toEqual([[at(4), at(3)], [at(2), at(1)], [at(0)]])
})

test('a dead letter says what it is and why it died', async () => {
  const { data } = await list('/jobs?limit=2')
  const common = { state: 'dead', messageId: null, attempts: 12, error: 'No.', createdAt: expect.any(String) }
  expect(data).toEqual([
    { ...common, id: expect.stringMatching(/^e\d+$/), kind: 'conversation.manage' },
    { ...common, id: expect.stringMatching(/^f\d+$/), kind: 'conversation.changed' },
  ])
})

test.each(['ready', 'running'])('no job is %s while there is nothing to do', async (state) => {
  expect(await list(`/jobs?state=${state}`)).toEqual({ data: [], next: null })
})

test('200 is the most that one page holds', async () => {
  expect((await list('/messages?limit=200')).data).toHaveLength(5)
  expect((await api(world, 'GET', '/api/v1/messages?limit=201')).status).toBe(400)
})

test.each([
  '/messages?limit=0',
  '/messages?limit=many',
  '/messages?cursor=yesterday',
  '/messages?cursor=-1',
  '/messages?direction=up',
  '/messages?status=a&status=b',
  '/jobs?state=lost',
  '/jobs?cursor=e1',
  '/jobs?cursor=12',
])('%s is not understood, and the answer says which part of it', async (path) => {
  const { status, body } = await api(world, 'GET', `/api/v1${path}`)
  expect([status, body]).toEqual([400, { error: { code: 'bad_request', message: expect.stringMatching(/^\w+: \S/) } }])
})

test.each(['/messages/999999', '/messages/abc', '/messages/1e3', '/messages/%00', '/nothing', '/jobs/e1'])(
  'there is no %s',
  async (path) => {
    const { status, body } = await api(world, 'GET', `/api/v1${path}`)
    expect([status, body]).toEqual([404, { error: { code: 'not_found', message: expect.any(String) } }])
  },
)

test.each(['/jobs/e999999/retry', '/jobs/f999999/discard', '/jobs/12/retry', '/jobs/x12/retry', '/messages/9/resend'])(
  'POST %s finds nothing to do',
  async (path) => {
    const { status, body } = await api(world, 'POST', `/api/v1${path}`)
    expect([status, body]).toMatchObject([404, { error: { code: 'not_found' } }])
  },
)

import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { VendorError } from '../../src/errors.ts'
import { type HealthWatchOptions, watchHealth } from '../../src/watch-health.ts'
import { type Flows, startFlows } from '../support/flows.ts'

let flows: Flows
let troubles: string[]
let canWrite: boolean
let seen: number[]
const NOTIFY =
  'notify: [{ kind: slack, url: "https://hooks.slack.com/x" }, { kind: webhook, url: "https://a.example", secret: x }]'

beforeEach(async () => {
  flows = await startFlows(NOTIFY)
  troubles = []
  canWrite = true
  seen = []
})
afterEach(() => flows.close())

function watch(more: Partial<HealthWatchOptions> = {}) {
  return watchHealth({
    ctx: flows.ctx,
    db: flows.db,
    troubles: async () => [...troubles],
    canWrite: () => canWrite,
    wake: () => {},
    seen: (count) => void seen.push(count),
    ...more,
  })
}

/** What waits in the rows to be told to the first target. */
async function queued(): Promise<unknown[]> {
  const rows = await flows.effects('notification.post')
  return rows
    .map(({ lane, body }) => ({ lane, data: JSON.parse(body).events[0].data }))
    .filter(({ lane }) => lane === rows[0]?.lane)
    .map(({ data }) => data)
}

const told = () => flows.told.map(({ to, letter }) => [to, letter.events[0]?.data])
const FULL = { healthy: false, reasons: ['The disk is full.'] }
const WELL = { healthy: true, reasons: [] }

test('trouble is told once, and so is its end', async () => {
  const look = watch()
  await look()
  troubles = ['Token refused.']
  await look()
  await look()
  troubles = []
  await look()
  await look()
  expect(await queued()).toEqual([{ healthy: false, reasons: ['Token refused.'] }, WELL])
  expect(seen).toEqual([0, 1, 1, 0, 0])
})

test('more trouble is news; less of it is not, until all is well', async () => {
  const look = watch()
  for (const reasons of [['a'], ['a', 'b'], ['b'], ['a', 'b'], []]) {
    troubles = reasons
    await look()
  }
  expect(await queued()).toEqual([{ healthy: false, reasons: ['a'] }, { healthy: false, reasons: ['a', 'b'] }, WELL])
})

test('a restart neither tells the same trouble again nor forgets its end', async () => {
  troubles = ['a']
  await watch()()
  await watch()()
  troubles = []
  await watch()()
  expect(await queued()).toEqual([{ healthy: false, reasons: ['a'] }, WELL])
})

test('when nothing can be written the team is told directly, and whoever was away again until it answers', async () => {
  const post = flows.ctx.notifier.post
  let away = true
  const failure = new VendorError('Away.', { vendor: 'notify', code: 'timeout', permanent: false, certain: false })
  flows.ctx.notifier.post = async (target, letter) => {
    if (away && target.kind === 'webhook') throw failure
    return post(target, letter)
  }
  const look = watch()
  await look()
  canWrite = false
  troubles = ['The disk is full.']
  await look()
  await look()
  expect(told()).toEqual([['https://hooks.slack.com/x', FULL]])
  away = false
  await look()
  await look()
  expect(told()).toEqual([
    ['https://hooks.slack.com/x', FULL],
    ['https://a.example', FULL],
  ])
  expect(await queued()).toEqual([])

  canWrite = true
  troubles = []
  await look()
  expect(await queued()).toEqual([WELL])
})

test('a look that fails is logged and tried again', async () => {
  let broken = true
  const look = watch({
    troubles: async () => {
      if (broken) throw new Error('The database cannot be read')
      return ['a']
    },
  })
  await look()
  broken = false
  await look()
  expect(await queued()).toEqual([{ healthy: false, reasons: ['a'] }])
})

import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { rateOf } from '../../src/flows/rates.ts'
import { doorTroubles, openDoor, type Rate, STALE_MS, shutDoor, shutUntil, takeSlot } from '../../src/queue/pace.ts'
import { type Db, openBeside, openDatabase } from '../../src/store/database.ts'
import { withFolder } from '../store/temporary.ts'
import { type Flows, NOW, startFlows } from '../support/flows.ts'

const WINDOW = 10_000
const EVERY_100_MS: Rate = { everyMs: 100 }

let flows: Flows
let db: Db
beforeEach(async () => {
  flows = await startFlows()
  db = flows.db
})
afterEach(() => flows.close())

interface Asking {
  door?: string
  rate?: Rate
  cost?: number
  slotAt?: number | null
  now?: number
}
const take = (o: Asking = {}, at = db) =>
  at
    .transaction()
    .execute((tx) => takeSlot(tx, { door: 'intercom', rate: EVERY_100_MS, cost: 1, slotAt: null, now: NOW, ...o }))
const times = async (asking: Asking[]) => {
  const slots = []
  for (const one of asking) slots.push((await take(one)).at - NOW)
  return slots
}

test('the first goes at once, the others one by one', async () => {
  expect(await times([{}, {}, {}])).toEqual([0, 100, 200])
})

test('whoever comes at the time of his slot goes, though others have asked meanwhile', async () => {
  await take()
  const { at, slotAt } = await take()
  await take()
  expect(await take({ now: at, slotAt })).toEqual({ at, slotAt })
})

test('time in which nobody called is not saved up', async () => {
  await take()
  const later = { now: NOW + 60_000 }
  expect(await times([later, later])).toEqual([60_000, 60_100])
})

test('a call that counts for three leaves room for three', async () => {
  expect(await times([{ cost: 3 }, {}])).toEqual([0, 300])
})

test('each door has a pace of its own', async () => {
  expect(await times([{ door: 'twilio:+12025550199' }, { door: 'twilio:+12025550198' }])).toEqual([0, 0])
})

test('a slot that nobody came for in time is lost: used late, it would make too many calls at once', async () => {
  const { slotAt } = await take()
  const late = NOW + WINDOW
  await take({ now: late })
  expect(await take({ slotAt, now: late })).toEqual({ at: late + 100, slotAt: late + 100 })
})

test('while a door is shut nobody keeps a slot, and afterwards they go one by one', async () => {
  await shutDoor(db, 'intercom', NOW + 5000)
  expect(await take({ slotAt: NOW })).toEqual({ at: NOW + 5000, slotAt: null })
  const open = { now: NOW + 5000 }
  expect(await times([open, open])).toEqual([5000, 5100])
})

test('slots that were given away for the time after the door opens are not given away twice', async () => {
  const waiting = await times(Array.from({ length: 20 }, () => ({})))
  await shutDoor(db, 'intercom', NOW + 1000)
  const given = new Set(waiting.filter((at) => at > 1000))
  const next = await times(Array.from({ length: 20 }, () => ({ now: NOW + 1000 })))
  expect(next.filter((at) => given.has(at))).toEqual([])
})

test('a door that is shut for longer stays shut for longer', async () => {
  await shutDoor(db, 'twilio', NOW + 5000)
  await shutDoor(db, 'twilio', NOW + 1000)
  expect([await shutUntil(db, 'twilio'), await shutUntil(db, 'intercom')]).toEqual([NOW + 5000, 0])
})

test('what a person has to mend is said until a call goes through', async () => {
  await shutDoor(db, 'intercom', NOW, 'Intercom refuses the token.')
  expect(await doorTroubles(db)).toEqual(['Intercom refuses the token.'])
  await db.transaction().execute((tx) => openDoor(tx, 'intercom'))
  expect(await doorTroubles(db)).toEqual([])
})

test('two users of one database share one pace', () =>
  withFolder(async (folder) => {
    const url = `sqlite:${join(folder, 'bridge.db')}`
    const both = [await openDatabase(url), await openBeside(url)]
    const slots = await Promise.all([0, 1, 0, 1, 0, 1].map((n) => take({}, both[n])))
    expect(slots.map(({ at }) => at - NOW).sort((a, b) => a - b)).toEqual([0, 100, 200, 300, 400, 500])
    await Promise.all(both.map((one) => one.destroy()))
  }))

/** When those who ask at these times call; for a while the machine stands still, and whoever was due then comes at its end. */
async function starts(rate: Rate, asking: number[], still: { from: number; ms: number }): Promise<number[]> {
  const made: number[] = []
  for (const now of asking) {
    const { at } = await take({ rate, now })
    const due = Math.max(now, Math.ceil(at))
    made.push(due >= still.from && due < still.from + still.ms ? still.from + still.ms : due)
  }
  return made.sort((a, b) => a - b)
}

/** The most calls in any window of ten seconds. */
function most(made: number[]): number {
  return Math.max(...made.map((from) => made.filter((at) => at >= from && at < from + WINDOW).length))
}

test('no ten seconds have more calls than Intercom allows, also when a machine stood still; with enough work nearly all of it is used', () =>
  fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 5, max: 400 }),
      fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 1, maxLength: 100 }),
      fc.record({
        from: fc.integer({ min: 20_000, max: 30_000 }).map((ms) => NOW + ms),
        ms: fc.integer({ min: 0, max: STALE_MS }),
      }),
      async (allowed, scattered, still) => {
        await db.deleteFrom('paces').execute()
        flows.intercom.callsPer10s = () => allowed
        const rate = rateOf(flows.ctx, 'intercom')
        const rush = Array.from({ length: 2 * allowed }, () => NOW + 20_000)
        const asking = [...scattered.map((ms) => NOW + ms).sort((a, b) => a - b), ...rush]
        const made = await starts(rate, asking, still)
        expect(most(made)).toBeLessThanOrEqual(allowed)
        const busy = made.filter((at) => at >= NOW + 20_000 && at < NOW + 20_000 + WINDOW).length
        expect(busy).toBeGreaterThanOrEqual(Math.floor(0.95 * allowed) - 1)
      },
    ),
    { numRuns: 20 },
  ))

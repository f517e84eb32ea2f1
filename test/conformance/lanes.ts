import { afterEach, beforeEach, expect, test } from '@jest/globals'
import {
  claimLanes,
  dropLane,
  endAllLeases,
  holdLane,
  hurryLane,
  type Lease,
  LeaseLost,
  nextDue,
  renewLeases,
  restLane,
  wakeLanes,
} from '../../src/queue/lanes.ts'
import { type Db, openDatabase } from '../../src/store/database.ts'
import type { NewDatabase } from './databases.ts'

export function lanes(newDatabase: NewDatabase): void {
  let db: Db
  beforeEach(async () => {
    db = await openDatabase(await newDatabase())
  })
  afterEach(() => db.destroy())

  const wake = (lane: string, now: number) => db.transaction().execute((tx) => wakeLanes(tx, [lane], now))
  async function wakeAll(times: Record<string, number>): Promise<void> {
    for (const [lane, at] of Object.entries(times)) await wake(lane, at)
  }
  const hurry = (lane: string, now: number) => db.transaction().execute((tx) => hurryLane(tx, lane, now))
  const hold = (lease: Lease) => db.transaction().execute((tx) => holdLane(tx, lease, 99))
  const rest = (lease: Lease, at: number) => db.transaction().execute((tx) => restLane(tx, lease, at))
  const drop = (lease: Lease) => db.transaction().execute((tx) => dropLane(tx, lease))
  const claim = (now: number, owner = 'one', limit = 10) => claimLanes(db, { owner, now, leaseMs: 10, limit })
  const names = async (leases: Promise<Lease[]>) => (await leases).map(({ lane }) => lane)

  async function claimed(lane: string, now: number, owner = 'one'): Promise<Lease> {
    await wake(lane, now)
    const [lease] = await claim(now, owner)
    if (!lease) throw new Error('nothing to claim')
    return lease
  }

  test('a lane that is due is taken once, by one', async () => {
    await wake('maria', 100)
    expect(await names(claim(99))).toEqual([])
    expect(await names(claim(100, 'one'))).toEqual(['maria'])
    expect(await names(claim(100, 'two'))).toEqual([])
  })

  test('the longest waiting lanes are taken first, no more than asked for', async () => {
    await wakeAll({ c: 3, a: 1, b: 2 })
    expect((await names(claim(100, 'one', 2))).sort()).toEqual(['a', 'b'])
    expect(await names(claim(100, 'one', 2))).toEqual(['c'])
  })

  test('those with an appointment go before the longest waiting ones, but not before their time, nor twice', async () => {
    await wakeAll({ a: 1, b: 2, c: 3, later: 500 })
    const first = ['c', 'later', 'unheard of']
    const take = (limit: number) => names(claimLanes(db, { owner: 'one', now: 100, leaseMs: 10, limit, first }))
    expect(await take(1)).toEqual(['c'])
    expect((await take(3)).sort()).toEqual(['a', 'b'])
  })

  test('a lease that ran out is taken over, and what the old owner does comes to nothing', async () => {
    const stale = await claimed('maria', 100)
    const [fresh] = await claim(110, 'two')
    expect(fresh).toMatchObject({ lane: 'maria', epoch: stale.epoch + 1 })
    await expect(hold(stale)).rejects.toThrow(LeaseLost)
    await rest(stale, 0)
    await drop(stale)
    expect(await db.selectFrom('lanes').select(['lease_owner', 'due_at']).execute()).toEqual([
      { lease_owner: 'two', due_at: 100 },
    ])
  })

  test('an owner that takes its own lane over does not pass for its former self', async () => {
    const stale = await claimed('maria', 100)
    await claim(110)
    await expect(hold(stale)).rejects.toThrow(LeaseLost)
  })

  test('a lane that was forgotten and came back does not know its former owner', async () => {
    const stale = await claimed('maria', 100)
    const [other] = await claim(110, 'two')
    if (other) await drop(other)
    await claimed('maria', 120)
    await expect(hold(stale)).rejects.toThrow(LeaseLost)
  })

  test('leases in hand are renewed; one that was let go of runs out', async () => {
    await wake('maria', 100)
    await wake('luis', 100)
    await claim(100)
    await renewLeases(db, { owner: 'one', lanes: ['maria'], until: 200 })
    expect(await names(claim(150, 'two'))).toEqual(['luis'])
  })

  test('new work does not hurry a lane that waits, evidence does', async () => {
    await rest(await claimed('maria', 100), 500)
    await wake('maria', 101)
    expect(await names(claim(101))).toEqual([])
    await hurry('maria', 102)
    expect(await names(claim(102))).toEqual(['maria'])
  })

  test('work that comes while the lane is being worked is seen before it goes to rest', async () => {
    const lease = await claimed('maria', 100)
    await wake('maria', 105)
    await hold(lease)
    await rest(lease, 105)
    expect(await names(claim(105))).toEqual(['maria'])
  })

  test('work that comes after an empty lane was forgotten brings it back', async () => {
    await drop(await claimed('maria', 100))
    expect(await nextDue(db, 0)).toBeNull()
    await wake('maria', 110)
    expect(await names(claim(110))).toEqual(['maria'])
  })

  test('the next time to look is that of the earliest lane nobody holds', async () => {
    await rest(await claimed('maria', 100), 500)
    await claimed('luis', 100)
    expect(await nextDue(db, 0)).toBe(500)
  })

  test('at a start the leases of the process before it are ended', async () => {
    await claimed('maria', 100)
    await endAllLeases(db)
    expect(await names(claim(101, 'two'))).toEqual(['maria'])
  })
}

import { expect, test } from '@jest/globals'
import type { Db } from '../../src/store/database.ts'
import { openDatabase } from '../../src/store/database.ts'
import { countHours, countsBetween } from '../../src/store/hourly.ts'
import { addMessage, type NewMessage, updateMessage } from '../../src/store/messages.ts'
import { readSetting } from '../../src/store/settings.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const MIDNIGHT = Date.parse('2026-11-24T00:00:00Z')

async function withDatabase(use: (db: Db) => Promise<void>): Promise<void> {
  const db = await openDatabase('sqlite::memory:')
  try {
    await use(db)
  } finally {
    await db.destroy()
  }
}

function add(db: Db, at: number, more: Partial<NewMessage> = {}): Promise<number> {
  const usual = { threadId: 1, number: '', direction: 'outbound' as const, status: 'sent', channel: 'sms', body: '' }
  return db.transaction().execute((tx) => addMessage(tx, { ...usual, media: [], segments: 2, ...more }, at))
}

const set = (db: Db, id: number, status: string, at: number) =>
  db.transaction().execute((tx) => updateMessage(tx, id, { status }, at))

/** What is counted, as `status x messages`, by bucket. */
async function counted(db: Db, from: number, to: number, width = HOUR): Promise<string[]> {
  await countHours(db)
  const counts = await countsBetween(db, { from, to, width })
  return counts
    .map(({ bucket, status, messages }) => `${new Date(bucket).toISOString().slice(8, 13)} ${status} ${messages}`)
    .sort()
}

test('messages are counted by the hour in which they were made, also where that is not over', () =>
  withDatabase(async (db) => {
    for (const at of [0, 1, HOUR - 1, HOUR, 2 * HOUR + 5]) await add(db, MIDNIGHT + at)
    const to = MIDNIGHT + 2 * HOUR + 6
    expect(await counted(db, MIDNIGHT, to)).toEqual(['24T00 sent 3', '24T01 sent 1', '24T02 sent 1'])
    expect(await counted(db, MIDNIGHT + 1, to - 1)).toEqual(['24T00 sent 2', '24T01 sent 1'])
    expect(await counted(db, MIDNIGHT + 1, MIDNIGHT + 2)).toEqual(['24T00 sent 1'])
  }))

test('days are those of UTC, and their beginnings and ends need not be whole', () =>
  withDatabase(async (db) => {
    for (const at of [-1, 0, DAY - 1, DAY]) await add(db, MIDNIGHT + at)
    expect(await counted(db, MIDNIGHT - DAY, MIDNIGHT + 2 * DAY, DAY)).toEqual([
      '23T00 sent 1',
      '24T00 sent 2',
      '25T00 sent 1',
    ])
    expect(await counted(db, MIDNIGHT + 1, MIDNIGHT + DAY + 1, DAY)).toEqual(['24T00 sent 1', '25T00 sent 1'])
  }))

test('a message that changes is counted anew in the hour it was made in', () =>
  withDatabase(async (db) => {
    const [first] = [await add(db, MIDNIGHT), await add(db, MIDNIGHT + 1)]
    expect(await counted(db, MIDNIGHT, MIDNIGHT + HOUR)).toEqual(['24T00 sent 2'])
    await set(db, first, 'delivered', MIDNIGHT + 3 * DAY)
    expect(await counted(db, MIDNIGHT, MIDNIGHT + HOUR)).toEqual(['24T00 delivered 1', '24T00 sent 1'])
  }))

test('a change that is seen later than the time it carries is not missed', () =>
  withDatabase(async (db) => {
    const first = await add(db, MIDNIGHT)
    await add(db, MIDNIGHT + DAY)
    await countHours(db)
    await set(db, first, 'delivered', MIDNIGHT + DAY - 60_000)
    await add(db, MIDNIGHT + DAY + 1)
    expect(await counted(db, MIDNIGHT, MIDNIGHT + HOUR)).toEqual(['24T00 delivered 1'])
  }))

test('where nothing has changed nothing is written', () =>
  withDatabase(async (db) => {
    await add(db, MIDNIGHT)
    await countHours(db)
    const before = await db.selectFrom('hourly').selectAll().execute()
    await db.updateTable('hourly').set({ messages: 7 }).execute()
    await countHours(db)
    expect(before).toMatchObject([{ hour: MIDNIGHT, messages: 1, segments: 2 }])
    expect(await db.selectFrom('hourly').select('messages').execute()).toEqual([{ messages: 7 }])
  }))

test('without any message there is nothing to count', () =>
  withDatabase(async (db) => {
    expect(await counted(db, MIDNIGHT, MIDNIGHT + DAY)).toEqual([])
    expect(await readSetting(db, 'stats.counted')).toBeNull()
  }))

test('prices add up exactly, by currency, and what has none yet is apart', () =>
  withDatabase(async (db) => {
    const prices = [
      ['-0.00750', 'USD'],
      ['-0.1', 'USD'],
      ['-0.2', 'USD'],
      ['-0.00075', 'EUR'],
      [null, null],
    ] as const
    for (const [price, price_unit] of prices) {
      const id = await add(db, MIDNIGHT)
      await db.updateTable('messages').set({ price, price_unit }).where('id', '=', id).execute()
    }
    await countHours(db)
    const counts = await countsBetween(db, { from: MIDNIGHT, to: MIDNIGHT + HOUR, width: HOUR })
    const costs = counts.map(({ priceUnit, cost, messages }) => [priceUnit, cost, messages]).sort()
    expect(costs).toEqual([
      ['', 0, 1],
      ['EUR', 75_000, 1],
      ['USD', 30_750_000, 3],
    ])
  }))

test('what fails in the middle is counted the next time', () =>
  withDatabase(async (db) => {
    for (let hour = 0; hour < 10; hour++) await add(db, MIDNIGHT + hour * HOUR)
    const broken = db.withPlugin({
      transformQuery: ({ node }) => {
        if (JSON.stringify(node).includes(String(MIDNIGHT + 6 * HOUR))) throw new Error('killed')
        return node
      },
      transformResult: async ({ result }) => result,
    })
    await expect(countHours(broken)).rejects.toThrow('killed')
    expect(await counted(db, MIDNIGHT, MIDNIGHT + DAY, DAY)).toEqual(['24T00 sent 10'])
  }))

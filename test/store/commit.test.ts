import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, jest, test } from '@jest/globals'
import { openDatabase, type Tx } from '../../src/store/database.ts'
import type { SqliteDb } from '../../src/store/sqlite.ts'
import { createSqliteCommit } from '../../src/store/sqlite-commit.ts'

const inMemory = async () => (await openDatabase('sqlite::memory:')) as SqliteDb

test('what goes ahead is written before what was waiting already', async () => {
  const db = await inMemory()
  const commit = createSqliteCommit(db)
  const note = (done: string[], name: string) => async () => void done.push(name)
  const done: string[] = []
  await Promise.all([commit(note(done, 'work')), commit(note(done, 'webhook'), { ahead: true })])
  expect(done).toEqual(['webhook', 'work'])
  await db.destroy()
})

test('where no transaction comes about, everybody hears of it', async () => {
  const broken = createSqliteCommit({
    transactionToLast: () => Promise.reject(new Error('locked')),
  } as unknown as SqliteDb)
  const units = [broken(async (_tx: Tx) => 1), broken(async () => 2, { ahead: true }), broken(async () => 3)]
  const ended = await Promise.allSettled(units)
  expect(ended.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
})

/** Counts its commits. */
async function counted() {
  const db = await inMemory()
  const seen = { commits: 0 }
  const counting = {
    transactionToLast(work: (tx: Tx) => Promise<void>) {
      seen.commits++
      return db.transactionToLast(work)
    },
    lasting: () => db.lasting(),
  } as unknown as SqliteDb
  return { seen, commit: createSqliteCommit(counting), close: () => db.destroy() }
}

test('commits that would follow each other all the time take in what comes meanwhile', async () => {
  const { seen, commit, close } = await counted()
  const units: Promise<number>[] = []
  for (let n = 0; n < 1000; n++) {
    units.push(commit(async () => n))
    await nextTurn()
  }
  expect(await Promise.all(units)).toEqual(Array.from({ length: 1000 }, (_, n) => n))
  expect(seen.commits).toBeLessThan(200)
  await close()
})

test('what goes ahead does not wait for others to gather, and takes them along', async () => {
  const { commit, close } = await counted()
  // Time stands still: nobody has gathered for long enough.
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] })
  try {
    for (let n = 0; n < 10; n++) await commit(async () => n)
    await nextTurn()
    const done: string[] = []
    const work = commit(async () => void done.push('work'))
    for (let n = 0; n < 10; n++) await nextTurn()
    expect(done).toEqual([])
    await Promise.all([commit(async () => void done.push('webhook'), { ahead: true }), work])
    expect(done).toEqual(['webhook', 'work'])
  } finally {
    jest.useRealTimers()
  }
  await close()
})

test('the commits of a lone text follow each other at once', async () => {
  const { seen, commit, close } = await counted()
  const timers = jest.spyOn(globalThis, 'setTimeout')
  for (let turn = 0; turn < 5; turn++) await commit(async () => turn, { ahead: turn === 0 })
  expect([seen.commits, timers.mock.calls]).toEqual([5, []])
  timers.mockRestore()
  await close()
})

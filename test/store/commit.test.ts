import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type Commit, createCommit } from '../../src/store/commit.ts'
import { type Db, openDatabase, type Tx } from '../../src/store/database.ts'
import { keepTime, readTime } from '../../src/store/settings.ts'

let db: Db
let commit: Commit

beforeEach(async () => {
  db = await openDatabase('sqlite::memory:')
  commit = createCommit(db)
})

afterEach(() => db.destroy())

const note = (done: string[], name: string) => async () => void done.push(name)

test('what goes ahead is written before what was waiting already', async () => {
  const done: string[] = []
  await Promise.all([commit(note(done, 'work')), commit(note(done, 'webhook'), { ahead: true })])
  expect(done).toEqual(['webhook', 'work'])
})

test('work gets its turn although webhooks never stop coming', async () => {
  let worked = false
  const work = commit(async () => {
    worked = true
  })
  while (!worked) await commit(async () => {}, { ahead: true })
  await work
})

test('a unit that fails takes nothing of the others with it', async () => {
  const fails = commit(async (tx) => {
    await keepTime(tx, 'lost', 1)
    throw new Error('this one fails')
  })
  const [kept, lost] = await Promise.allSettled([commit((tx) => keepTime(tx, 'kept', 1)), fails])
  expect([kept.status, lost.status]).toEqual(['fulfilled', 'rejected'])
  expect([await readTime(db, 'kept'), await readTime(db, 'lost')]).toEqual([1, null])
})

test('where no transaction comes about, everybody hears of it', async () => {
  const broken = createCommit({
    transaction: () => ({ execute: () => Promise.reject(new Error('locked')) }),
  } as unknown as Db)
  const units = [broken(async (_tx: Tx) => 1), broken(async () => 2, { ahead: true }), broken(async () => 3)]
  const ended = await Promise.allSettled(units)
  expect(ended.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
})

import { expect, test } from '@jest/globals'
import { type Db, openDatabase, type Tx } from '../../src/store/database.ts'
import { createSqliteCommit } from '../../src/store/sqlite-commit.ts'

test('what goes ahead is written before what was waiting already', async () => {
  const db = await openDatabase('sqlite::memory:')
  const commit = createSqliteCommit(db)
  const note = (done: string[], name: string) => async () => void done.push(name)
  const done: string[] = []
  await Promise.all([commit(note(done, 'work')), commit(note(done, 'webhook'), { ahead: true })])
  expect(done).toEqual(['webhook', 'work'])
  await db.destroy()
})

test('where no transaction comes about, everybody hears of it', async () => {
  const broken = createSqliteCommit({
    transaction: () => ({ execute: () => Promise.reject(new Error('locked')) }),
  } as unknown as Db)
  const units = [broken(async (_tx: Tx) => 1), broken(async () => 2, { ahead: true }), broken(async () => 3)]
  const ended = await Promise.allSettled(units)
  expect(ended.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
})

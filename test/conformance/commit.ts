import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type Commit, createCommit } from '../../src/store/commit.ts'
import { type Db, openDatabase } from '../../src/store/database.ts'
import { keepTime, readTime } from '../../src/store/settings.ts'
import type { NewDatabase } from './databases.ts'

export function commit(newDatabase: NewDatabase): void {
  let db: Db
  let commit: Commit

  beforeEach(async () => {
    db = await openDatabase(await newDatabase())
    commit = createCommit(db)
  })

  afterEach(() => db.destroy())

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
}

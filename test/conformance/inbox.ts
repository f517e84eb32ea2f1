import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { createInbox, type Inbox, type NewFact } from '../../src/queue/inbox.ts'
import { type Commit, createCommit } from '../../src/store/commit.ts'
import { type Db, openDatabase } from '../../src/store/database.ts'
import type { NewDatabase } from './databases.ts'

export function inbox(newDatabase: NewDatabase): void {
  let db: Db
  let inbox: Inbox
  let wakes = 0
  let commits = 0

  beforeEach(async () => {
    db = await openDatabase(await newDatabase())
    wakes = 0
    commits = 0
    const commit = createCommit(db)
    const counting: Commit = (work, o) => {
      commits++
      return commit(work, o)
    }
    inbox = createInbox({ commit: counting, now: () => 1000, wake: () => wakes++ })
  })
  afterEach(() => db.destroy())

  const fact = (key: string, lane = 'maria'): NewFact => ({ key, kind: 'sms.received', lane, body: '{}' })
  const facts = () => db.selectFrom('facts').select(['key', 'received_at']).orderBy('id').execute()
  const keys = async () => (await facts()).map(({ key }) => key)

  test('facts of one turn of the event loop share one commit, in the order they were recorded', async () => {
    const names = Array.from({ length: 50 }, (_, i) => `fact-${i}`)
    await Promise.all(names.map((name) => inbox.record([fact(name)])))
    expect(await keys()).toEqual(names)
    expect(commits).toBe(1)
    expect(wakes).toBe(1)
  })

  test('a fact that arrives while others are being written is not lost', async () => {
    let late: Promise<void> | undefined
    const now = () => {
      late ??= busy.record([fact('b')])
      return 1000
    }
    const busy = createInbox({ commit: createCommit(db), now, wake: () => {} })
    await busy.record([fact('a')])
    await late
    await busy.record([fact('c')])
    expect(await keys()).toEqual(['a', 'b', 'c'])
  })

  test('what a long outage left behind is stored at once, in order', async () => {
    const names = Array.from({ length: 6000 }, (_, i) => `fact-${i}`)
    await inbox.record(names.map((name) => fact(name)))
    expect(await keys()).toEqual(names)
  })

  test('a duplicate is dropped, in the same batch and ever after, and is answered like any other', async () => {
    await Promise.all([inbox.record([fact('a')]), inbox.record([fact('a'), fact('b')])])
    await inbox.record([fact('a')])
    expect(await keys()).toEqual(['a', 'b'])
  })

  test('every lane of the facts has something to do', async () => {
    await inbox.record([fact('a', 'maria'), fact('b', 'luis'), fact('c', 'maria')])
    const lanes = await db.selectFrom('lanes').select(['key', 'due_at']).orderBy('key').execute()
    expect(lanes).toEqual([
      { key: 'luis', due_at: 1000 },
      { key: 'maria', due_at: 1000 },
    ])
  })

  test('when the database refuses, everybody who waits is told, nothing is kept, and the next fact is stored', async () => {
    await sql`alter table lanes rename to out_of_reach`.execute(db)
    const results = await Promise.allSettled([inbox.record([fact('a')]), inbox.record([fact('b')])])
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(await keys()).toEqual([])
    expect(wakes).toBe(0)
    await sql`alter table out_of_reach rename to lanes`.execute(db)
    await inbox.record([fact('c')])
    expect(await keys()).toEqual(['c'])
  })

  test('no facts at all are no reason to write', async () => {
    await inbox.record([])
    expect(commits).toBe(0)
  })
}

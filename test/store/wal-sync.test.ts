import { copyFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { createCommit } from '../../src/store/commit.ts'
import { openDatabase } from '../../src/store/database.ts'
import { createWalSync } from '../../src/store/wal-sync.ts'
import { withFolder } from './temporary.ts'

const FAILED = { code: 'SQLITE_IOERR_FSYNC' }

test('a sync that failed fails all who wait, and all after them, until what was lost is made good', () =>
  withFolder(async (folder) => {
    const file = join(folder, 'bridge.db')
    // There is no log to be synced.
    const sync = createWalSync(file)
    const all = await Promise.allSettled([sync.lasting(), sync.lasting(), sync.lasting()])
    for (const one of all) expect(one).toMatchObject({ status: 'rejected', reason: FAILED })
    writeFileSync(`${file}-wal`, '')
    // That a later sync would work says nothing of what was lost with this one.
    await expect(sync.lasting()).rejects.toMatchObject(FAILED)
    expect(sync.failed()).toBe(true)
    sync.mended()
    await sync.lasting()
    expect(sync.failed()).toBe(false)
    await sync.close()
    // As a database may be, which it belongs to.
    await sync.close()
  }))

test('after a failed sync everything is put into the file itself before anything more is acknowledged', () =>
  withFolder(async (folder) => {
    const file = join(folder, 'bridge.db')
    const db = await openDatabase(`sqlite:${file}`)
    const commit = createCommit(db)
    const write = (key: string) => commit((tx) => sql`insert into settings values (${key}, '')`.execute(tx))
    // SQLite goes on writing into it; whoever looks for it by name finds nothing.
    renameSync(`${file}-wal`, `${file}-elsewhere`)
    await expect(write('in doubt')).rejects.toMatchObject(FAILED)
    await expect(write('in doubt, too')).rejects.toMatchObject(FAILED)
    renameSync(`${file}-elsewhere`, `${file}-wal`)
    await write('after')
    // Without its log, and with it what was acknowledged only since.
    copyFileSync(file, join(folder, 'survivor.db'))
    const again = await openDatabase(`sqlite:${join(folder, 'survivor.db')}`)
    const { rows } = await sql<{ key: string }>`select key from settings where value = '' order by rowid`.execute(again)
    expect(rows.map(({ key }) => key)).toEqual(['in doubt', 'in doubt, too'])
    await again.destroy()
    await db.destroy()
  }))

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { type Kysely, sql } from 'kysely'
import { openBeside, openDatabase } from '../../src/store/database.ts'
import { migrate } from '../../src/store/migrate.ts'
import type { Schema } from '../../src/store/schema.ts'
import { settingOr } from '../../src/store/settings.ts'
import { withFolder } from './temporary.ts'

async function pragma(db: Kysely<Schema>, name: string): Promise<unknown> {
  const { rows } = await sql<Record<string, unknown>>`pragma ${sql.raw(name)}`.execute(db)
  return Object.values(rows[0] ?? {})[0]
}

test('a file is opened with a write-ahead log, and a commit waits for the disk', () =>
  withFolder(async (folder) => {
    const db = await openDatabase(`sqlite:${join(folder, 'bridge.db')}`)
    expect(await pragma(db, 'journal_mode')).toBe('wal')
    expect(await pragma(db, 'synchronous')).toBe(2)
    await db.destroy()
  }))

test('the SQLite inside has no WAL-reset bug', async () => {
  const db = await openDatabase('sqlite::memory:')
  const { rows } = await sql<{ version: string }>`select sqlite_version() as version`.execute(db)
  expect('3.51.3'.localeCompare(rows[0]?.version ?? '', undefined, { numeric: true })).toBeLessThanOrEqual(0)
  await db.destroy()
})

test('what was written is there after the file is opened again, in a folder made on the way', () =>
  withFolder(async (folder) => {
    const url = `sqlite:${join(folder, 'data', 'deeper', 'bridge.db')}`
    for (const offered of ['first', 'second']) {
      const db = await openDatabase(url)
      expect(await settingOr(db, 'media.key', () => offered)).toBe('first')
      await db.destroy()
    }
  }))

test('a file that is no database is refused in words and left as it was', () =>
  withFolder(async (folder) => {
    const file = join(folder, 'bridge.db')
    const garbage = 'Dear Maria, this is a letter.\n'.repeat(300)
    writeFileSync(file, garbage)
    await expect(openDatabase(`sqlite:${file}`)).rejects.toThrow(
      `${file} is not a SQLite database. It was left as it is`,
    )
    expect(readFileSync(file, 'utf8')).toBe(garbage)
    expect(existsSync(`${file}-wal`)).toBe(false)
  }))

test('a folder in place of a file is refused in words', () =>
  withFolder(async (folder) => {
    await expect(openDatabase(`sqlite:${folder}`)).rejects.toThrow('It is a folder.')
  }))

test('a database of a newer version is refused, and a second look finds it unharmed', () =>
  withFolder(async (folder) => {
    const url = `sqlite:${join(folder, 'bridge.db')}`
    const db = await openDatabase(url)
    await sql`insert into migrations (version) values (999)`.execute(db)
    await db.destroy()
    await expect(openDatabase(url)).rejects.toThrow('The database has schema 999')
    await expect(openDatabase(url)).rejects.toThrow('Start the version that wrote it')
  }))

test('two processes that read before they write do not trip over each other', () =>
  withFolder(async (folder) => {
    const url = `sqlite:${join(folder, 'bridge.db')}`
    const [one, other] = [await openDatabase(url), await openBeside(url)]
    const count = (db: Kysely<Schema>) =>
      db.transaction().execute(async (tx) => {
        const row = await tx.selectFrom('settings').selectAll().where('key', '=', 'n').executeTakeFirst()
        const value = String(Number(row?.value ?? 0) + 1)
        await tx.replaceInto('settings').values({ key: 'n', value }).execute()
      })
    for (let i = 0; i < 5; i++) {
      await count(one)
      await count(other)
    }
    expect(await settingOr(one, 'n', () => 'lost')).toBe('10')
    await Promise.all([one.destroy(), other.destroy()])
  }))

test('each migration runs once, in order', async () => {
  const db = await openDatabase('sqlite::memory:')
  const ran: number[] = []
  const nothing = async () => {}
  const steps = [nothing, async () => void ran.push(2), async () => void ran.push(3)]
  await migrate(db, steps)
  await migrate(db, steps)
  expect(ran).toEqual([2, 3])
  await db.destroy()
})

test('a migration that fails half way leaves nothing, and the next start tries it again', async () => {
  const db = await openDatabase('sqlite::memory:')
  const half = async (tx: Kysely<Schema>) => {
    await sql`create table half (id integer)`.execute(tx)
    throw new Error('power cut')
  }
  const whole = (tx: Kysely<Schema>) => sql`create table half (id integer)`.execute(tx).then(() => {})
  const nothing = async () => {}
  await expect(migrate(db, [nothing, half])).rejects.toThrow('power cut')
  await expect(migrate(db, [nothing, whole])).resolves.toBeUndefined()
  await db.destroy()
})

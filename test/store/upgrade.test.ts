import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import Database from 'better-sqlite3'
import { type Kysely, sql } from 'kysely'
import { openDatabase } from '../../src/store/database.ts'
import { MIGRATIONS } from '../../src/store/migrate.ts'
import type { Schema } from '../../src/store/schema.ts'
import { settingOr } from '../../src/store/settings.ts'
import { withFolder } from './temporary.ts'

const next = (db: Kysely<Schema>) => sql`alter table settings add column colour text`.execute(db).then(() => {})
const UPGRADE = [...MIGRATIONS, next]
const COPY = `bridge.db.before-schema-${UPGRADE.length}`

/** A database of today's version with a word in it. */
async function installed(folder: string, word = 'kept'): Promise<string> {
  const url = `sqlite:${join(folder, 'bridge.db')}`
  const db = await openDatabase(url)
  await settingOr(db, 'word', () => word)
  await db.destroy()
  return url
}

function columns(file: string): unknown[] {
  const db = new Database(file, { readonly: true })
  const names = db.prepare("select name from pragma_table_info('settings')").pluck().all()
  db.close()
  return names
}

test('before the schema is changed, the database is copied beside itself as it was', () =>
  withFolder(async (folder) => {
    const url = await installed(folder)
    const db = await openDatabase(url, UPGRADE)
    expect(await settingOr(db, 'word', () => 'lost')).toBe('kept')
    await db.destroy()
    expect(columns(join(folder, 'bridge.db'))).toContain('colour')
    expect(columns(join(folder, COPY))).not.toContain('colour')
  }))

test('the way back: the copy put in the place of the database is one that the version before can start from', () =>
  withFolder(async (folder) => {
    const url = await installed(folder)
    await (await openDatabase(url, UPGRADE)).destroy()
    await expect(openDatabase(url)).rejects.toThrow(`The database has schema ${UPGRADE.length}`)
    renameSync(join(folder, COPY), join(folder, 'bridge.db'))
    const db = await openDatabase(url)
    expect(await settingOr(db, 'word', () => 'lost')).toBe('kept')
    await db.destroy()
  }))

test('a first start, and a start without a change, copy nothing', () =>
  withFolder(async (folder) => {
    await installed(folder)
    await (await openDatabase(`sqlite:${join(folder, 'bridge.db')}`)).destroy()
    expect(readdirSync(folder).filter((name) => name.includes('before'))).toEqual([])
  }))

test('where there can be no copy nothing is changed, and the reason is said', () =>
  withFolder(async (folder) => {
    const url = await installed(folder)
    // What stands in the way of the name.
    mkdirSync(join(folder, COPY))
    await expect(openDatabase(url, UPGRADE)).rejects.toThrow(
      /before its schema is changed, and that failed: .*Nothing was changed/,
    )
    expect(columns(join(folder, 'bridge.db'))).not.toContain('colour')
    expect(existsSync(join(folder, `${COPY}.unfinished`))).toBe(false)
  }))

test('a copy that was broken off, and one of an earlier attempt, give way to a whole one', () =>
  withFolder(async (folder) => {
    const url = await installed(folder, 'new')
    writeFileSync(join(folder, `${COPY}.unfinished`), 'half a cop')
    writeFileSync(join(folder, COPY), 'of last month')
    await (await openDatabase(url, UPGRADE)).destroy()
    const copy = new Database(join(folder, COPY), { readonly: true })
    expect(copy.prepare("select value from settings where key = 'word'").pluck().get()).toBe('new')
    copy.close()
    expect(existsSync(join(folder, `${COPY}.unfinished`))).toBe(false)
  }))

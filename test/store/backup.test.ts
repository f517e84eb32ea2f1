import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from '@jest/globals'
import Database from 'better-sqlite3'
import { backup } from '../../src/store/backup.ts'
import { openDatabase } from '../../src/store/database.ts'
import { settingOr } from '../../src/store/settings.ts'
import { child } from './child.ts'
import { damage } from './damage.ts'
import { withFolder } from './temporary.ts'

const withFiles = (use: (file: string, copy: string) => Promise<void>) =>
  withFolder((folder) => use(join(folder, 'bridge.db'), join(folder, 'copy.db')))

/** A database of some megabytes. */
function fill(file: string): void {
  const db = new Database(file)
  db.pragma('journal_mode = WAL')
  db.exec('create table one (x); create table two (x)')
  const insert = db.prepare('insert into one values (zeroblob(1000))')
  db.transaction(() => {
    for (let n = 0; n < 10_000; n++) insert.run()
  })()
  db.close()
}

test('the copy of a bridge’s database is one to start from', () =>
  withFiles(async (file, copy) => {
    const db = await openDatabase(`sqlite:${file}`)
    await settingOr(db, 'a', () => 'still in the write-ahead log')
    await backup(file, copy)
    await db.destroy()
    const restored = await openDatabase(`sqlite:${copy}`)
    expect(await settingOr(restored, 'a', () => 'lost')).toBe('still in the write-ahead log')
    await restored.destroy()
  }))

test('a database that is written all the while is copied as it was at one moment', () =>
  withFiles(async (file, copy) => {
    fill(file)
    const writer = await child(
      file,
      `const db = new Database(file, { timeout: 5000 })
       const both = db.transaction(() => db.exec("insert into one values (1); insert into two values (1)"))
       both()
       ready()
       setInterval(both, 1)`,
    )
    const shares: number[] = []
    await backup(file, copy, (share) => shares.push(share))
    await writer.kill()
    const db = new Database(copy, { readonly: true })
    const count = (table: string) => db.prepare(`select count(*) from ${table} where x = 1`).pluck().get()
    expect(count('one')).toBe(count('two'))
    expect(shares.length).toBeGreaterThan(2)
    expect([...shares].sort((a, b) => a - b)).toEqual(shares)
    db.close()
  }))

test('a copy is one file, with nothing beside it', () =>
  withFiles(async (file, copy) => {
    fill(file)
    await backup(file, copy)
    expect(readdirSync(join(copy, '..')).filter((name) => name.startsWith(basename(copy)))).toEqual(['copy.db'])
  }))

test('a file that is there already is not written over', () =>
  withFiles(async (file, copy) => {
    fill(file)
    writeFileSync(copy, 'last week’s')
    await expect(backup(file, copy)).rejects.toThrow(`${copy} exists already; name a new file.`)
    expect(readFileSync(copy, 'utf8')).toBe('last week’s')
  }))

test('a database that is not there is not made', () =>
  withFiles(async (file, copy) => {
    await expect(backup(file, copy)).rejects.toThrow(`There is no database ${file}`)
    expect([existsSync(file), existsSync(copy)]).toEqual([false, false])
  }))

test('the copy of a damaged database is not kept: it would be trusted', () =>
  withFiles(async (file, copy) => {
    fill(file)
    damage(file, 'one')
    await expect(backup(file, copy)).rejects.toThrow('was not sound and is gone again')
    expect(existsSync(copy)).toBe(false)
  }))

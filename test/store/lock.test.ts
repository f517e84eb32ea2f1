import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { openBeside, openDatabase } from '../../src/store/database.ts'
import { settingOr } from '../../src/store/settings.ts'
import { child } from './child.ts'
import { withFolder } from './temporary.ts'

const withFile = (use: (file: string) => Promise<void>) => withFolder((folder) => use(join(folder, 'bridge.db')))

test('a second bridge on the same file is refused with a sentence that says what to do', () =>
  withFile(async (file) => {
    const db = await openDatabase(`sqlite:${file}`)
    const second = openDatabase(`sqlite:${file}`)
    await expect(second).rejects.toThrow(`Another bridge is already running on ${file}. Stop it first, or give each`)
    await db.destroy()
  }))

test('the refusal does no harm to the first one', () =>
  withFile(async (file) => {
    const db = await openDatabase(`sqlite:${file}`)
    await expect(openDatabase(`sqlite:${file}`)).rejects.toThrow()
    expect(await settingOr(db, 'a', () => '1')).toBe('1')
    await expect(openDatabase(`sqlite:${file}`)).rejects.toThrow()
    await db.destroy()
  }))

test('a bridge that was stopped makes room for the next one', () =>
  withFile(async (file) => {
    for (let n = 0; n < 3; n++) await (await openDatabase(`sqlite:${file}`)).destroy()
  }))

test('a start that failed makes room as well', () =>
  withFile(async (file) => {
    const db = await openDatabase(`sqlite:${file}`)
    await sql`insert into migrations (version) values (999)`.execute(db)
    await db.destroy()
    for (let n = 0; n < 2; n++)
      await expect(openDatabase(`sqlite:${file}`)).rejects.toThrow('The database has schema 999')
  }))

test('another process keeps us out until it is killed, and leaves nothing behind that would', () =>
  withFile(async (file) => {
    const other = await child(
      file,
      `const { openDatabase } = await dist('store/database.js')
       globalThis.db = await openDatabase('sqlite:' + file)
       ready()`,
    )
    await expect(openDatabase(`sqlite:${file}`)).rejects.toThrow('Another bridge is already running')
    const beside = await openBeside(`sqlite:${file}`)
    await beside.destroy()
    await other.kill()
    await (await openDatabase(`sqlite:${file}`)).destroy()
  }))

test.each([
  ['something else', (path: string) => writeFileSync(path, 'Dear Maria, this is no lock')],
  ['a folder', (path: string) => mkdirSync(path)],
])('%s in place of the lock is said to be in the way, and the next start works without it', (_, put) =>
  withFile(async (file) => {
    put(`${file}.lock`)
    await expect(openDatabase(`sqlite:${file}`)).rejects.toThrow(`${file}.lock, which keeps a second bridge from`)
  }),
)

test('a file of a few bytes is not taken for an empty database', () =>
  withFile(async (file) => {
    writeFileSync(file, 'not yet downloaded')
    await expect(openDatabase(`sqlite:${file}`)).rejects.toThrow('is not a SQLite database. It was left as it is')
    expect(readFileSync(file, 'utf8')).toBe('not yet downloaded')
  }))

test('an empty file becomes a database', () =>
  withFile(async (file) => {
    writeFileSync(file, '')
    const db = await openDatabase(`sqlite:${file}`)
    expect(await settingOr(db, 'a', () => '1')).toBe('1')
    await db.destroy()
  }))

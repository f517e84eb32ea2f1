import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, jest, test } from '@jest/globals'
import { createLog } from '../../src/log.ts'
import { type Ballast, createBallast } from '../../src/store/ballast.ts'
import { createStorageHealth } from '../../src/store/health.ts'
import { quickCheck } from '../../src/store/quick-check.ts'
import { openStorage } from '../../src/store/storage.ts'
import { damage } from './damage.ts'
import { withFolder } from './temporary.ts'

const MB = 1024 * 1024
const silent = createLog({ level: 'silent', pii: false })
const noBallast: Ballast = { load() {}, drop: () => false }
const failure = (code: string) => Object.assign(new Error('of SQLite'), { code })

function health(ballast = noBallast) {
  const lines: string[] = []
  const giveUp = jest.fn<() => void>()
  const log = createLog({ level: 'info', pii: false }, { write: (line) => lines.push(JSON.parse(line).msg) })
  return { ...createStorageHealth({ log, ballast, giveUp }), lines, giveUp }
}

describe('the ballast', () => {
  test('takes 8 MB beside the database, is given up on a full disk, and comes back when there is room', () =>
    withFolder(async (folder) => {
      const file = join(folder, 'bridge.db')
      const ballast = createBallast(file)
      ballast.load()
      const { blocks, size } = statSync(`${file}.ballast`)
      expect([size, blocks * 512 >= size]).toEqual([8 * MB, true])

      const storage = health(ballast)
      storage.failed(failure('SQLITE_FULL'))
      expect(existsSync(`${file}.ballast`)).toBe(false)
      expect(storage.trouble()).toContain('The disk is full; the ballast file was given up')
      storage.worked()
      expect([statSync(`${file}.ballast`).size, storage.trouble()]).toEqual([8 * MB, null])
    }))

  test('that is gone already is not said to be given up', () => {
    const storage = health()
    storage.failed(failure('SQLITE_FULL'))
    expect(storage.trouble()).toBe('The disk is full. Make room.')
  })

  test('that cannot be had is done without', () =>
    withFolder(async (folder) => {
      const ballast = createBallast(join(folder, 'nowhere', 'bridge.db'))
      expect(() => ballast.load()).not.toThrow()
      expect(ballast.drop()).toBe(false)
    }))

  test('of a database in memory takes nothing', () => {
    const ballast = createBallast(':memory:')
    ballast.load()
    expect([ballast.drop(), existsSync(':memory:.ballast')]).toEqual([false, false])
  })
})

describe('the health of the storage', () => {
  test.each([
    ['SQLITE_FULL', 'The disk is full'],
    ['SQLITE_BUSY', 'Another process keeps the database locked'],
    ['SQLITE_BUSY_SNAPSHOT', 'Another process keeps the database locked'],
    ['SQLITE_IOERR_FSYNC', 'does not take what is written (SQLITE_IOERR_FSYNC)'],
    ['SQLITE_READONLY_DBMOVED', 'does not take what is written'],
    ['SQLITE_CORRUPT_INDEX', 'The database is damaged: nothing new is taken. Restore a backup'],
    ['SQLITE_NOTADB', 'The database is damaged'],
    ['SQLITE_CANTOPEN', 'The database cannot be used (SQLITE_CANTOPEN)'],
  ])('%s is told in words', (code, words) => {
    const storage = health()
    storage.failed(failure(code))
    expect(storage.trouble()).toContain(words)
  })

  test.each([['SQLITE_CONSTRAINT_UNIQUE'], ['ECONNREFUSED']])('%s is no trouble of the storage', (code) => {
    const storage = health()
    storage.failed(failure(code))
    storage.failed(null)
    expect(storage.trouble()).toBeNull()
  })

  test('a write that works ends the trouble; each is told once', () => {
    const storage = health()
    for (const _ of [1, 2, 3]) storage.failed(failure('SQLITE_BUSY'))
    for (const _ of [1, 2, 3]) storage.worked()
    expect(storage.trouble()).toBeNull()
    expect(storage.lines).toEqual(['Another process keeps the database locked.', 'The database takes writes again'])
  })

  test('after three failed writes in a row it gives up, once', () => {
    const storage = health()
    for (const _ of [1, 2]) storage.failed(failure('SQLITE_IOERR_FSYNC'))
    expect(storage.giveUp).not.toHaveBeenCalled()
    for (const _ of [3, 4, 5]) storage.failed(failure('SQLITE_IOERR_WRITE'))
    expect(storage.giveUp).toHaveBeenCalledTimes(1)
  })

  test('failed writes that are not in a row are lived with', () => {
    const storage = health()
    for (const _ of [1, 2, 3, 4, 5]) {
      storage.failed(failure('SQLITE_IOERR_FSYNC'))
      storage.worked()
    }
    expect(storage.giveUp).not.toHaveBeenCalled()
  })

  test('damage stays, whatever works or fails afterwards', () => {
    const storage = health()
    storage.failed(failure('SQLITE_CORRUPT'))
    storage.failed(failure('SQLITE_FULL'))
    storage.worked()
    expect([storage.damaged(), storage.trouble()]).toEqual([true, expect.stringContaining('damaged')])
  })
})

describe('the check of the whole file', () => {
  const withStorage = (use: (o: { file: string; open: () => ReturnType<typeof openStorage> }) => Promise<void>) =>
    withFolder((folder) => {
      const file = join(folder, 'a folder with spaces and ü', 'bridge.db')
      return use({ file, open: () => openStorage(`sqlite:${file}`, { log: silent, now: () => 0, giveUp() {} }) })
    })

  test('finds nothing wrong with a sound one', () =>
    withStorage(async ({ open }) => {
      const storage = await open()
      await storage.check()
      expect(storage.health.trouble()).toBeNull()
      await storage.db.destroy()
    }))

  test('finds damage that nobody has stumbled over', () =>
    withStorage(async ({ file, open }) => {
      await (await open()).db.destroy()
      damage(file, 'attempts')
      const storage = await open()
      await storage.check()
      expect(storage.health.damaged()).toBe(true)
      await storage.db.destroy()
    }))

  test('that cannot be made says nothing about the file', () =>
    withFolder(async (folder) => {
      await expect(quickCheck(join(folder, 'gone.db'))).rejects.toThrow('unable to open database file')
    }))

  test('brings the ballast back that there was no room for', () =>
    withStorage(async ({ file, open }) => {
      const storage = await open()
      storage.health.failed(failure('SQLITE_FULL'))
      expect(existsSync(`${file}.ballast`)).toBe(false)
      await storage.check()
      expect(existsSync(`${file}.ballast`)).toBe(true)
      await storage.db.destroy()
    }))
})

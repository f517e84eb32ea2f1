import { describe, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { createLog } from '../../src/log.ts'
import { claimLanes, wakeLanes } from '../../src/queue/lanes.ts'
import { takeTask } from '../../src/queue/tasks.ts'
import { createCommit } from '../../src/store/commit.ts'
import { openBeside, openDatabase, sqliteFile } from '../../src/store/database.ts'
import { lastHour } from '../../src/store/filtering.ts'
import { countHours, countsBetween } from '../../src/store/hourly.ts'
import { addMessage, messageById } from '../../src/store/messages.ts'
import { listMessages } from '../../src/store/read-messages.ts'
import { readSetting, settingOr } from '../../src/store/settings.ts'
import { openStorage } from '../../src/store/storage.ts'
import { isStorageFailure } from '../../src/store/storage-failure.ts'
import { threadOf } from '../../src/store/threads.ts'
import { onPostgres } from '../conformance/databases.ts'
import type { PostgresServer } from '../support/postgres.ts'

const NOW = 1_700_000_000_000

describe('PostgreSQL', () =>
  onPostgres((server) => {
    test('that does not wait for the disk is refused', async () => {
      const url = await server().newDatabase()
      await server().ask(url, `alter database ${new URL(url).pathname.slice(1)} set synchronous_commit = off`)
      await expect(openDatabase(url)).rejects.toThrow('synchronous_commit is off')
    })

    test('that cannot hold every character is refused', async () => {
      const url = await server().newDatabase({ with: "encoding 'SQL_ASCII' template template0" })
      await expect(openDatabase(url)).rejects.toThrow(
        "The database is encoded as SQL_ASCII. Create it with ENCODING 'UTF8'",
      )
    })

    test('that is not there is a sentence, and the password is in none', async () => {
      const url = await server().newDatabase()
      const nobody = 'postgres://u:s3cret@127.0.0.1:1/bridge'
      await expect(openDatabase(nobody)).rejects.toThrow('PostgreSQL cannot be reached (ECONNREFUSED).')
      await expect(openDatabase(`${url}_gone`)).rejects.toThrow('PostgreSQL has no database of the name')
      await expect(openDatabase(url.replace('bridge@', 'u:s3cret@'))).rejects.toThrow('refuses user and password')
      expect(() => sqliteFile(nobody)).toThrow('DATABASE_URL names a PostgreSQL database; this is for SQLite files.')
    })

    test('in which no bridge has ever run has nothing to look after, and nothing is made', async () => {
      const url = await server().newDatabase()
      await expect(openBeside(url)).rejects.toThrow('start the bridge once')
      expect(await server().ask(url, "select count(*) from pg_tables where schemaname = 'public'")).toBe('0')
    })

    test('is made ready once, by however many that start at the same time', async () => {
      const url = await server().newDatabase()
      const all = await Promise.all([1, 2, 3].map(() => openDatabase(url)))
      const keys = await Promise.all(all.map((db, n) => settingOr(db, 'media.key', () => `of ${n}`)))
      expect(new Set(keys).size).toBe(1)
      await Promise.all(all.map((db) => db.destroy()))
    })

    test('has no character 0, so that a text with one arrives with a sign in its place', async () => {
      const db = await openDatabase(await server().newDatabase())
      const message = { threadId: 1, direction: 'inbound', status: 'received', channel: 'sms' } as const
      const body = await db.transaction().execute(async (tx) => {
        const id = await addMessage(tx, { ...message, number: '', media: [], body: 'a\0b 👍' }, NOW)
        return (await messageById(tx, id)).body
      })
      expect(body).toBe('a\ufffdb 👍')
      await db.destroy()
    })

    test('finds words, counts hours and looks at the last one as SQLite does', async () => {
      const db = await openDatabase(await server().newDatabase())
      const conversationId = '7'
      await db.transaction().execute(async (tx) => {
        const { id: threadId } = await threadOf(tx, '+12025550199', '+12025550123', NOW)
        const message = { threadId, direction: 'inbound', status: 'posted', channel: 'sms', conversationId } as const
        for (const body of ["It's READY, isn't it?", 'ready | steady', 'Already gone'])
          await addMessage(tx, { ...message, media: [], body }, NOW)
      })
      const find = async (text: string, more: object = {}) =>
        (await listMessages(db, { text, limit: 10, ...more })).data.map(({ id }) => id)
      expect(await find('ready')).toEqual(['2', '1'])
      expect(await find('it steady')).toEqual([])
      expect(await find('stea', { phone: '+12025550123', conversation: conversationId })).toEqual(['2'])
      expect(await find("'; !|&", { phone: '+12025550124' })).toEqual([])
      await countHours(db)
      const [counted] = await countsBetween(db, { from: NOW - 3_600_000, to: NOW + 7_200_000, width: 3_600_000 })
      expect(counted).toMatchObject({ direction: 'inbound', status: 'posted', messages: 3, cost: 0 })
      expect(await lastHour(db, NOW, 0.1)).toEqual({ filtered: 0, texts: 0 })
      await db.destroy()
    })

    test('units about the same customer come one after the other, those about others do not wait', async () => {
      const db = await openDatabase(await server().newDatabase())
      const commit = createCommit(db)
      const log: string[] = []
      let release = () => {}
      const held = new Promise<void>((resolve) => (release = resolve))
      const about = (name: string) => ({ about: async () => name })
      const first = commit(async () => {
        log.push('maria 1')
        await held
      }, about('maria'))
      await until(() => log.length === 1)
      const second = commit(async () => void log.push('maria 2'), about('maria'))
      const alone = commit(async () => void log.push('everybody'))
      await commit(async () => void log.push('the queue'), { about: 'queue' })
      await commit(async () => void log.push('a webhook'), { about: 'queue', ahead: true })
      expect(log).toEqual(['maria 1', 'the queue', 'a webhook'])
      release()
      await Promise.all([first, second, alone])
      expect(log.slice(3).sort()).toEqual(['everybody', 'maria 2'])
      await db.destroy()
    })

    test('two units that stand in each other’s way are both done', async () => {
      const db = await openDatabase(await server().newDatabase())
      const commit = createCommit(db)
      const meet = meeting(2)
      const both = (one: string, other: string) =>
        commit(
          async (tx) => {
            await wakeLanes(tx, [one], NOW)
            await meet()
            await wakeLanes(tx, [other], NOW)
          },
          { about: 'queue' },
        )
      await Promise.all([both('a', 'b'), both('b', 'a')])
      expect(await db.selectFrom('lanes').select('key').orderBy('key').execute()).toEqual([{ key: 'a' }, { key: 'b' }])
      await db.destroy()
    })

    test('instances that look for work at the same time never take the same lane', async () => {
      const url = await server().newDatabase()
      const instances = await Promise.all(['a', 'b', 'c', 'd'].map(() => openDatabase(url)))
      const commits = instances.map(createCommit)
      const lanes = Array.from({ length: 100 }, (_, n) => `lane ${n}`)
      await commits[0]?.((tx) => wakeLanes(tx, lanes, NOW), { about: 'queue' })
      const claim = { now: NOW, leaseMs: 1000, limit: 10 }
      const looks = commits.flatMap((commit, n) =>
        Array.from({ length: 5 }, () =>
          commit((tx) => claimLanes(tx, { ...claim, owner: `${n}` }), { about: 'queue' }),
        ),
      )
      const taken = (await Promise.all(looks)).flat().map(({ lane }) => lane)
      expect(taken.length).toBeGreaterThan(20)
      expect(new Set(taken).size).toBe(taken.length)
      await Promise.all(instances.map((db) => db.destroy()))
    })

    test('a connection that breaks in the middle of a unit is a failure of the storage, and the next unit gets another', async () => {
      const url = await server().newDatabase()
      const db = await openDatabase(url)
      const commit = createCommit(db)
      const broken = commit(async (tx) => {
        await settingOr(tx, 'lost', () => '1')
        await server().cut(url)
        await settingOr(tx, 'lost too', () => '1')
      })
      expect(isStorageFailure(await broken.catch((error: unknown) => error))).toBe(true)
      expect(await commit((tx) => readSetting(tx, 'lost'))).toBeNull()
      await db.destroy()
    })

    test('who stops in the middle of a unit is shut out, so that nobody waits for long', async () => {
      const url = await server().newDatabase()
      const db = await openDatabase(url)
      const { rows } = await sql<{ idle: string }>`
        select current_setting('idle_in_transaction_session_timeout') as idle`.execute(db)
      expect(rows).toEqual([{ idle: '5s' }])
      await db.destroy()
    })

    test('a task is done by one of all instances, and by another when its time has come again', async () => {
      const url = await server().newDatabase()
      const [one, other] = [await openDatabase(url), await openDatabase(url)]
      const ask = (now: number) =>
        Promise.all([one, other].map((db) => takeTask(db, 'reconcile', { now, untilNext: 500 })))
      expect((await ask(NOW)).sort()).toEqual([false, true])
      expect(await ask(NOW + 499)).toEqual([false, false])
      expect((await ask(NOW + 500)).sort()).toEqual([false, true])
      await Promise.all([one.destroy(), other.destroy()])
    })

    test('the time is the database’s, however wrong the clock of an instance is', async () => {
      const url = await server().newDatabase()
      const slow = await open(url, () => Date.parse('2020-01-01'))
      expect(Math.abs(slow.now() - (await timeOf(server(), url)))).toBeLessThan(2000)
      await slow.db.destroy()
    })

    test('an instance that has work rings, and the others hear it, also after the server has crashed', async () => {
      const url = await server().newDatabase()
      const [one, other] = [await open(url), await open(url)]
      let heard = 0
      const ring = one.bell(() => {})
      other.bell(() => heard++)
      await until(() => heard === 1)
      ring()
      await until(() => heard === 2)
      await server().restart()
      // It listens again, and looks for what it has not heard.
      await until(() => heard === 3)
      ring()
      await until(() => heard === 4)
      await Promise.all([one.db.destroy(), other.db.destroy()])
    })
  }))

const open = (url: string, now = () => NOW) =>
  openStorage(url, { log: createLog({ level: 'silent', pii: false }), now, giveUp() {} })

const timeOf = async (server: PostgresServer, url: string) =>
  Number(await server.ask(url, 'select extract(epoch from clock_timestamp()) * 1000'))

async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + 20_000
  while (!condition()) {
    if (performance.now() > end) throw new Error('It did not come to pass')
    await new Promise((next) => setTimeout(next, 5))
  }
}

/** Everybody waits there for the others; who comes again goes through. */
function meeting(count: number): () => Promise<void> {
  let missing = count
  let all = () => {}
  const met = new Promise<void>((resolve) => (all = resolve))
  return () => {
    if (--missing === 0) all()
    return met
  }
}

import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { openDatabase } from '../../src/store/database.ts'
import { withFolder } from '../store/temporary.ts'
import { noPostgres, type PostgresServer, startPostgres } from '../support/postgres.ts'
import { conversation, maria, NOT_LOOKING_BACK, sam, texted, untilTexted, untilWords } from '../support/stories.ts'
import { worlds } from '../support/world.ts'
import { beside, command, environmentOf } from './command.ts'

const start = worlds()
let server: PostgresServer | undefined

const it = noPostgres ? test.skip : test
if (noPostgres) test.skip(`skipped: ${noPostgres}`, () => {})

beforeAll(async () => {
  if (!noPostgres) server = await startPostgres()
})
afterAll(() => server?.stop())

const empty = async () => (await server?.newDatabase()) ?? ''
const counted = async (url: string, table: string) => Number(await server?.ask(url, `select count(*) from ${table}`))

it('a bridge moves from SQLite to PostgreSQL, and Maria and Sam go on where they were', async () => {
  const world = await start({ yaml: NOT_LOOKING_BACK })
  const { databaseUrl: from } = world.config
  const to = await empty()
  const mine = await conversation(world, 'one')
  await sam(world, mine, 'Hi Maria')
  // What waits is moved as well: a text that Intercom does not take, and a reply that Twilio does not.
  world.intercom.down = true
  await maria(world, 'two')

  const early = await beside(world, 'migrate-database', from, to)
  expect([early.code, early.err]).toEqual([1, expect.stringContaining('Another bridge is already running on ')])
  await world.restart(async () => {
    const { code, out } = await beside(world, 'migrate-database', from, to, '--json')
    expect(code).toBe(0)
    expect(JSON.parse(out).tables).toContainEqual({ table: 'messages', rows: await counted(to, 'messages') })
    world.config.databaseUrl = to
    world.intercom.down = false
  })
  await untilWords(world, mine, ['one', 'two'])
  await maria(world, 'three')
  await untilWords(world, mine, ['one', 'two', 'three'])
  world.intercom.agent.reply(mine.id, 'Still here')
  await untilTexted(world, 'Hi Maria', 'Still here')
  await expect(openDatabase(from)).rejects.toThrow('was moved to PostgreSQL')
})

it('a number is never given twice, also where the row that had it is gone', async () => {
  const world = await start({ yaml: NOT_LOOKING_BACK })
  const { databaseUrl: from } = world.config
  const to = await empty()
  await world.bridge.stop()
  const db = await openDatabase(from)
  const body = { kind: 'x', lane: 'x', body: '{}', state: 'done' as const, created_at: 1, updated_at: 1 }
  await db.insertInto('effects').values([body, body, body]).execute()
  await db.deleteFrom('effects').execute()
  await db.destroy()
  expect(await beside(world, 'migrate-database', from, to)).toMatchObject({ code: 0 })
  const insert =
    "insert into effects (kind, lane, body, state, created_at, updated_at) values ('x', 'x', '{}', 'done', 1, 1)"
  expect(await server?.ask(to, `${insert} returning id`)).toBe('4')
  world.config.databaseUrl = to
  await world.restart()
})

it('beside bridges on PostgreSQL the command line works as ever; a backup is made with its own programs', async () => {
  const url = await empty()
  const world = await start({ yaml: NOT_LOOKING_BACK, config: () => ({ databaseUrl: url }) })
  await conversation(world, 'one')
  await withFolder(async (cwd) => {
    const said = (...args: string[]) => command(args, { cwd, env: environmentOf(world) })
    const [messages, dead, copy] = await Promise.all([said('messages'), said('dead'), said('backup', 'copy.db')])
    expect([messages.code, messages.out]).toEqual([0, expect.stringContaining('posted')])
    expect(dead.out).toBe('Nothing is dead.\n')
    expect([copy.code, copy.err]).toEqual([
      1,
      'DATABASE_URL names a PostgreSQL database; this is for SQLite files. PostgreSQL has pg_dump for backups.\n',
    ])
  })
})

it('nothing is moved into a database that holds something, and everything is as it was', async () => {
  const world = await start({ yaml: NOT_LOOKING_BACK })
  const { databaseUrl: from } = world.config
  await conversation(world, 'one')
  await world.bridge.stop()
  const to = await empty()
  const other = await openDatabase(to)
  await other.insertInto('settings').values({ key: 'installed', value: '1' }).execute()
  await other.destroy()
  const { code, err } = await beside(world, 'migrate-database', from, to)
  expect([code, err]).toEqual([1, expect.stringContaining('holds data of a bridge already')])
  expect(await counted(to, 'messages')).toBe(0)
  await world.restart()
  expect(texted(world)).toEqual([])
})

it('what cannot be moved is said in words, and no password is', async () => {
  const world = await start({ yaml: NOT_LOOKING_BACK })
  const { databaseUrl: from } = world.config
  const [backwards, gone, nowhere] = await Promise.all([
    beside(world, 'migrate-database', 'postgres://u:s3cret@127.0.0.1:1/b', from),
    beside(world, 'migrate-database', `${from}.gone`, 'postgres://u:s3cret@127.0.0.1:1/b'),
    beside(world, 'migrate-database', from),
  ])
  expect(backwards.err).toMatch(/^Data is moved from sqlite:<path> to postgres:/)
  expect(gone.err).toMatch(/^There is no database /)
  expect(nowhere.err).toContain('missing required argument')
  expect(backwards.err + gone.err).not.toContain('s3cret')
  await world.bridge.stop()
  const away = await beside(world, 'migrate-database', from, 'postgres://u:s3cret@127.0.0.1:1/b')
  expect([away.code, away.err]).toEqual([1, expect.stringContaining('PostgreSQL cannot be reached (ECONNREFUSED)')])
  await world.restart()
})

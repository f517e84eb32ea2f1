import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, test } from '@jest/globals'
import { newFolder } from '../support/folder.ts'
import { noPostgres, type PostgresServer, startPostgres } from '../support/postgres.ts'

/** Addresses of new, empty databases. */
export type NewDatabase = () => Promise<string>

/** The same tests on every kind of database there is; `quick` where nothing waits for a disk. */
export function onEveryDatabase(suite: (newDatabase: NewDatabase, o: { quick: boolean }) => void): void {
  describe('on SQLite in memory', () => suite(async () => 'sqlite::memory:', { quick: true }))
  describe('on a SQLite file', () => suite(newFile(), { quick: false }))
  describe('on PostgreSQL', () => onPostgres((server) => suite(emptied(server), { quick: false })))
}

/** Where there is no PostgreSQL, the report of the tests says so, and why. */
export function onPostgres(suite: (server: () => PostgresServer) => void): void {
  if (noPostgres) {
    test.skip(`skipped: ${noPostgres}`, () => {})
    return
  }
  let server: PostgresServer | undefined
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server?.stop())
  suite(() => {
    if (!server) throw new Error('PostgreSQL has not been started')
    return server
  })
}

/** Not TRUNCATE, which makes every table and index a new file. The schema stays, and so does the table that says which it is. */
const EMPTY = `do $$ declare name text; begin
  for name in select tablename from pg_tables where schemaname = current_schema and tablename <> 'migrations' loop
    execute format('delete from %I', name);
  end loop;
  for name in select sequencename from pg_sequences where schemaname = current_schema loop
    execute format('alter sequence %I restart', name);
  end loop;
end $$`

/** The same database each time, as good as new: to make one takes PostgreSQL longer than most tests. */
function emptied(server: () => PostgresServer): NewDatabase {
  let url: string | null = null
  return async () => {
    if (url) await server().ask(url, EMPTY)
    url ??= await server().newDatabase()
    return url
  }
}

function newFile(): NewDatabase {
  let folder = ''
  let files = 0
  beforeAll(() => {
    folder = newFolder('conformance')
  })
  afterAll(() => rmSync(folder, { recursive: true }))
  return async () => `sqlite:${join(folder, `${++files}.db`)}`
}

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, test } from '@jest/globals'
import { noPostgres, type PostgresServer, startPostgres } from '../support/postgres.ts'

/** Addresses of new, empty databases. */
export type NewDatabase = () => Promise<string>

/** The same tests on every kind of database there is; `quick` where nothing waits for a disk. */
export function onEveryDatabase(suite: (newDatabase: NewDatabase, o: { quick: boolean }) => void): void {
  describe('on SQLite in memory', () => suite(async () => 'sqlite::memory:', { quick: true }))
  describe('on a SQLite file', () => suite(newFile(), { quick: false }))
  describe('on PostgreSQL', () => onPostgres((server) => suite(() => server().newDatabase(), { quick: false })))
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

function newFile(): NewDatabase {
  let folder = ''
  let files = 0
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'bridge-conformance-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))
  return async () => `sqlite:${join(folder, `${++files}.db`)}`
}

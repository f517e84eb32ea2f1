import { describe, expect, test } from '@jest/globals'
import { findingLine } from '../../src/cli/finding-line.ts'
import { surroundingsFor } from '../../src/cli/surroundings-for.ts'
import { storageChecks } from '../../src/doctor/storage.ts'
import { onPostgres } from '../conformance/databases.ts'
import { clinic } from './clinic.ts'

describe('doctor names it when PostgreSQL', () =>
  onPostgres((server) => {
    test('does not wait for the disk, and the cure', async () => {
      const here = await clinic()
      const databaseUrl = await server().newDatabase()
      await server().ask(
        databaseUrl,
        `alter database ${new URL(databaseUrl).pathname.slice(1)} set synchronous_commit = off`,
      )
      const found = await storageChecks(surroundingsFor({ ...here.config, databaseUrl }))
      expect(found.map(findingLine)).toEqual([
        'fail  database: synchronous_commit is off: a commit that was acknowledged could be lost. ' +
          'Set it to on (or remote_apply) for this database and user, and start again.',
      ])
    })
  }))

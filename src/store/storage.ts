import type { Log } from '../log.ts'
import { createBallast } from './ballast.ts'
import { type Db, openDatabase, sqliteFile } from './database.ts'
import { createStorageHealth, type StorageHealth } from './health.ts'
import { quickCheck } from './quick-check.ts'
import { isStorageFailure, whyNot } from './sqlite.ts'

export interface Storage {
  db: Db
  health: StorageHealth
  /** Reads the whole file for damage, beside the event loop. */
  check(): Promise<void>
  /** An Error with a sentence for a failure of the storage, any other error as it is. */
  explain(error: unknown): unknown
}

/**
 * The database with what watches over it.
 * @param giveUp the process should end and be started anew
 * @throws Error with a sentence when the database cannot be used
 */
export async function openStorage(url: string, o: { log: Log; giveUp: () => void }): Promise<Storage> {
  const file = sqliteFile(url)
  const db = await openDatabase(url)
  const ballast = createBallast(file)
  ballast.load()
  const health = createStorageHealth({ ...o, ballast })
  return {
    db,
    health,
    async check() {
      // There may not have been room for it when the full disk had room for the rest again.
      ballast.load()
      if (file === ':memory:') return
      const damage = await quickCheck(file)
      if (damage === null) return
      o.log.error({ damage: damage.slice(0, 200) }, 'The check of the database found damage')
      health.failed(Object.assign(new Error('damaged'), { code: 'SQLITE_CORRUPT' }))
    },
    explain: (error) => (isStorageFailure(error) ? new Error(whyNot(file, error), { cause: error }) : error),
  }
}

import { sql } from 'kysely'
import type { Db, Tx } from './database.ts'
import { isStorageFailure } from './sqlite.ts'

/**
 * Runs one unit of work in a transaction; resolves once it is on disk. Rejects with what the work threw, and then nothing
 * of it was written.
 */
export type Commit = <T>(work: (tx: Tx) => Promise<T>, o?: { ahead?: boolean }) => Promise<T>

interface Unit {
  /** Runs the work and keeps its result; rejects with what it threw. */
  run(tx: Tx): Promise<void>
  resolve(): void
  reject(error: unknown): void
}

/** More would keep the event loop for too long: a transaction on SQLite runs from its first to its last unit without a break. */
const UNITS_PER_COMMIT = 16

/**
 * A commit waits for the disk, and one wait serves all units that are ready within the same turn of the event loop. Each
 * has a savepoint of its own, so that one which fails takes nothing else with it. `ahead` goes before what is waiting.
 */
export function createCommit(db: Db): Commit {
  const waiting: Unit[] = []
  let writing = false

  async function write(): Promise<void> {
    const units = waiting.splice(0, UNITS_PER_COMMIT)
    const failures = new Map<Unit, unknown>()
    try {
      await db.transaction().execute(async (tx) => {
        for (const unit of units) await attempt(tx, unit, failures)
      })
      for (const unit of units) {
        if (failures.has(unit)) unit.reject(failures.get(unit))
        else unit.resolve()
      }
    } catch (error) {
      // Where SQLite has rolled back everything by itself, the failure of one unit is the reason for all.
      const reason = [...failures.values()].find(isStorageFailure) ?? error
      for (const unit of units) unit.reject(failures.get(unit) ?? reason)
    }
    if (waiting.length > 0) setImmediate(write)
    else writing = false
  }

  return (work, { ahead = false } = {}) =>
    new Promise((resolve, reject) => {
      let result: Awaited<ReturnType<typeof work>>
      const unit: Unit = {
        async run(tx) {
          result = await work(tx)
        },
        resolve: () => resolve(result),
        reject,
      }
      if (ahead) waiting.unshift(unit)
      else waiting.push(unit)
      if (writing) return
      writing = true
      setImmediate(write)
    })
}

async function attempt(tx: Tx, unit: Unit, failures: Map<Unit, unknown>): Promise<void> {
  await sql`savepoint unit`.execute(tx)
  try {
    await unit.run(tx)
    await sql`release unit`.execute(tx)
  } catch (error) {
    failures.set(unit, error)
    // Where SQLite has rolled back everything by itself (a full disk), this throws and all units fail.
    await sql`rollback to unit`.execute(tx)
    await sql`release unit`.execute(tx)
  }
}

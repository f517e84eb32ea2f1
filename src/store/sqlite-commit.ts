import { sql } from 'kysely'
import type { Commit } from './commit.ts'
import type { Db, Tx } from './database.ts'
import { isSqliteFailure } from './sqlite.ts'

interface Unit {
  /** Runs the work and keeps its result; rejects with what it threw. */
  run(tx: Tx): Promise<void>
  resolve(): void
  reject(error: unknown): void
}

/**
 * A transaction on SQLite runs from its first to its last unit without a break: after this time it takes no further ones,
 * so that a webhook that came meanwhile waits for a moment and not for all the work in hand.
 */
const COMMIT_MS = 10
/** As long as units that go ahead keep coming, the others stand back, but never for longer than this. */
const STAND_BACK_MS = 50
/** When none has come for so long, no more are coming for now. */
const QUIET_MS = 5
/** So many, none of them longer after the one before than that, are a rush. */
const RUSH = 4
const RUSH_MS = 100
/**
 * A commit costs about as much whatever is in it. From so many a second on, the next one waits until the last one is so
 * long ago, and takes in what has come meanwhile. What goes ahead waits for nothing, nor does a lone text, whose five
 * follow each other at once.
 */
const OFTEN_PER_SECOND = 100
const GATHER_MS = 8

/**
 * A commit waits for the disk, and one wait serves all units that are ready within the same turn of the event loop. Each
 * has a savepoint of its own, so that one which fails takes nothing else with it.
 *
 * `ahead` is for what somebody waits for outside. Node accepts one connection per turn of the event loop, so while
 * such units rush in the turns are kept short: the others stand back for a while.
 */
export function createSqliteCommit(db: Db): Commit {
  let ahead: Unit[] = []
  const waiting: Unit[] = []
  let writing = false
  let aheadAt = Number.NEGATIVE_INFINITY
  /** Those that came one soon after another. */
  let inARow = 0
  let othersAt = Number.NEGATIVE_INFINITY
  const commits = createMeter()
  let gathering: NodeJS.Timeout | null = null

  /** Begins the next commit in the next turn of the event loop, or when enough has gathered. */
  function next(): void {
    const often = ahead.length === 0 && commits.perSecond() > OFTEN_PER_SECOND
    const rest = often ? commits.lastAt() + GATHER_MS - performance.now() : 0
    gathering = rest > 0 ? setTimeout(write, rest) : null
    if (!gathering) setImmediate(write)
  }

  function add(unit: Unit, goesAhead: boolean): void {
    if (goesAhead) ahead.push(unit)
    else waiting.push(unit)
    if (goesAhead && gathering) clearTimeout(gathering)
    else if (writing) return
    writing = true
    next()
  }

  async function write(): Promise<void> {
    gathering = null
    const now = performance.now()
    inARow = (now - aheadAt < RUSH_MS ? inARow : 0) + ahead.length
    if (ahead.length > 0) aheadAt = now
    const standBack = inARow >= RUSH && now - aheadAt < QUIET_MS && now - othersAt < STAND_BACK_MS
    if (!standBack) othersAt = now
    if (ahead.length > 0 || !standBack) await commit(standBack ? [] : waiting)
    if (ahead.length + waiting.length > 0) next()
    else writing = false
  }

  async function commit(others: Unit[]): Promise<void> {
    const units = ahead
    ahead = []
    const failures = new Map<Unit, unknown>()
    commits.count()
    let begun = false
    try {
      await db.transaction().execute(async (tx) => {
        begun = true
        const until = performance.now() + COMMIT_MS
        for (const unit of units) await attempt(tx, unit, failures)
        while (others.length > 0 && performance.now() < until) {
          const [unit] = others.splice(0, 1) as [Unit]
          units.push(unit)
          await attempt(tx, unit, failures)
        }
      })
      for (const unit of units) {
        if (failures.has(unit)) unit.reject(failures.get(unit))
        else unit.resolve()
      }
    } catch (error) {
      // Where SQLite has rolled back everything by itself, the failure of one unit is the reason for all.
      const reason = [...failures.values()].find(isSqliteFailure) ?? error
      // Where no transaction came about, nobody has taken the others out.
      if (!begun) units.push(...others.splice(0))
      for (const unit of units) unit.reject(failures.get(unit) ?? reason)
    }
  }

  return (work, o = {}) =>
    new Promise((resolve, reject) => {
      let result: Awaited<ReturnType<typeof work>>
      const unit: Unit = {
        async run(tx) {
          result = await work(tx)
        },
        resolve: () => resolve(result),
        reject,
      }
      add(unit, o.ahead === true)
    })
}

/** How often something has happened of late: each time counts for less as it recedes, by half in 70 ms. */
function createMeter() {
  const MEMORY_MS = 100
  let sum = 0
  let at = Number.NEGATIVE_INFINITY
  const now = () => sum * Math.exp((at - performance.now()) / MEMORY_MS)
  return {
    lastAt: () => at,
    perSecond: () => (now() * 1000) / MEMORY_MS,
    count() {
      sum = now() + 1
      at = performance.now()
    },
  }
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

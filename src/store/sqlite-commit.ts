import { CompiledQuery } from 'kysely'
import type { Commit } from './commit.ts'
import type { Tx } from './database.ts'
import { isSqliteFailure, type SqliteDb } from './sqlite.ts'

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
const STAND_BACK_MS = 20
/** When none has come for so long, no more are coming for now. */
const QUIET_MS = 5
/** So many, none of them longer after the one before than that, are a rush. */
const RUSH = 4
const RUSH_MS = 100
/**
 * A commit costs about as much whatever is in it. From so many units a second on, the next one waits until the last one is
 * so long ago, and takes in what has come meanwhile. What goes ahead waits for nothing, nor does a lone text, whose few
 * follow each other at once.
 */
const OFTEN_PER_SECOND = 100
const GATHER_MS = 16

/**
 * One transaction serves all units that are ready within the same turn of the event loop, and one wait for the disk all
 * transactions that came during the wait before. Each unit has a savepoint of its own, so that one which fails takes
 * nothing else with it.
 *
 * `ahead` is for what somebody waits for outside. Node accepts one connection per turn of the event loop, so while
 * such units rush in the turns are kept short: the others stand back for a while.
 */
export function createSqliteCommit(db: SqliteDb): Commit {
  let ahead: Unit[] = []
  const waiting: Unit[] = []
  let writing = false
  let aheadAt = Number.NEGATIVE_INFINITY
  /** Those that came one soon after another. */
  let inARow = 0
  let othersAt = Number.NEGATIVE_INFINITY
  const units = createMeter()
  let committedAt = Number.NEGATIVE_INFINITY
  /** The last commit left behind what had been ready for it. */
  let cutShort = false
  let gathering: NodeJS.Timeout | null = null

  /** Begins the next commit in the next turn of the event loop, or when enough has gathered. */
  function next(): void {
    const often = ahead.length === 0 && !cutShort && units.perSecond() > OFTEN_PER_SECOND
    const rest = often ? committedAt + GATHER_MS - performance.now() : 0
    gathering = rest > 0 ? setTimeout(write, rest) : null
    if (!gathering) setImmediate(write)
  }

  function add(unit: Unit, goesAhead: boolean): void {
    if (goesAhead) ahead.push(unit)
    else waiting.push(unit)
    units.count()
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
    const taken = ahead
    ahead = []
    committedAt = performance.now()
    const failures = new Map<Unit, unknown>()
    let begun = false
    try {
      await db.transactionToLast(async (tx) => {
        begun = true
        const until = performance.now() + COMMIT_MS
        for (const unit of taken) await attempt(tx, unit, failures)
        while (others.length > 0 && performance.now() < until) {
          const [unit] = others.splice(0, 1) as [Unit]
          taken.push(unit)
          await attempt(tx, unit, failures)
        }
        cutShort = others.length > 0
      })
      // The next transaction does not wait for that.
      void keep(db, taken, failures)
    } catch (error) {
      // Where SQLite has rolled back everything by itself, the failure of one unit is the reason for all.
      const reason = [...failures.values()].find(isSqliteFailure) ?? error
      // Where no transaction came about, nobody has taken the others out.
      if (!begun) taken.push(...others.splice(0))
      rejectAll(taken, failures, reason)
    }
  }

  return (work, o = {}) => new Promise((resolve, reject) => add(unitOf(work, resolve, reject), o.ahead === true))
}

function unitOf<T>(work: (tx: Tx) => Promise<T>, resolve: (result: T) => void, reject: (error: unknown) => void): Unit {
  let result: T
  return {
    async run(tx) {
      result = await work(tx)
    },
    resolve: () => resolve(result),
    reject,
  }
}

/** Resolves them once they are on the disk. */
async function keep(db: SqliteDb, units: Unit[], failures: Map<Unit, unknown>): Promise<void> {
  try {
    await db.lasting()
    for (const unit of units) {
      if (failures.has(unit)) unit.reject(failures.get(unit))
      else unit.resolve()
    }
  } catch (error) {
    rejectAll(units, failures, error)
  }
}

/** Each hears of its own failure, and of what failed for all where it had none. */
function rejectAll(units: Unit[], failures: Map<Unit, unknown>, reason: unknown): void {
  for (const unit of units) unit.reject(failures.get(unit) ?? reason)
}

/** How often something has happened of late: each time counts for less as it recedes, by half in 70 ms. */
function createMeter() {
  const MEMORY_MS = 100
  let sum = 0
  let at = Number.NEGATIVE_INFINITY
  const now = () => sum * Math.exp((at - performance.now()) / MEMORY_MS)
  return {
    perSecond: () => (now() * 1000) / MEMORY_MS,
    count() {
      sum = now() + 1
      at = performance.now()
    },
  }
}

const SAVEPOINT = CompiledQuery.raw('savepoint unit')
const RELEASE = CompiledQuery.raw('release unit')
const ROLLBACK = CompiledQuery.raw('rollback to unit')

async function attempt(tx: Tx, unit: Unit, failures: Map<Unit, unknown>): Promise<void> {
  await tx.executeQuery(SAVEPOINT)
  try {
    await unit.run(tx)
    await tx.executeQuery(RELEASE)
  } catch (error) {
    failures.set(unit, error)
    // Where SQLite has rolled back everything by itself (a full disk), this throws and all units fail.
    await tx.executeQuery(ROLLBACK)
    await tx.executeQuery(RELEASE)
  }
}

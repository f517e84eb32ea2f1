import { afterAll } from '@jest/globals'
import type { Outcome } from './case.ts'
import { changes } from './cases/changes.ts'
import { cluster } from './cases/cluster.ts'
import { damage } from './cases/damage.ts'
import { downs } from './cases/down.ts'
import { kills } from './cases/kills.ts'
import { pressure } from './cases/pressure.ts'
import { storage } from './cases/storage.ts'
import { storm } from './cases/storm.ts'
import { PATHS, SYSTEM_CALLS, sweep } from './cases/sweep.ts'
import { vendorFaults } from './cases/vendor.ts'
import { exploreModel } from './model.ts'
import { row, table } from './table.ts'
import { EVERY_FAULT } from './vendor-faults.ts'
import { testEach } from './verdict.ts'

const outcomes = new Map<string, Outcome | string>()
// A run takes long, and may be ended before its table: each line is there as soon as it can be.
const onOutcome = (name: string, outcome: Outcome | string) => {
  outcomes.set(name, outcome)
  process.stderr.write(`${row(name, outcome)}\n`)
}

testEach(
  [
    storm(600),
    kills(200),
    ...PATHS.flatMap((path) => SYSTEM_CALLS.map((call) => sweep(path, call, 'every'))),
    sweep('a first text', 'connect', 'every'),
    ...downs({ stops: 20, interruptions: 10 }),
    ...vendorFaults(EVERY_FAULT, 1),
    ...vendorFaults(EVERY_FAULT, 2),
    ...changes,
    ...storage,
    ...damage,
  ],
  { concurrently: true, onOutcome },
)
testEach(
  pressure({ customers: 1000, each: 10, lockedSeconds: 10, limits: { allMs: 15_000, p99Ms: 500, stopMs: 500 } }),
  { onOutcome },
)
testEach(
  [2, 5].flatMap((instances) =>
    cluster(instances, { kills: 60, restarts: 10, cutSeconds: 60, freezes: 5, takeOverMs: 15_000 }),
  ),
  { onOutcome },
)
exploreModel(100)

afterAll(() => void process.stdout.write(table(outcomes)))

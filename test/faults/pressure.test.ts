import { build } from './build.ts'
import { pressure } from './cases/pressure.ts'
import { testEach } from './verdict.ts'

build()
// Other tests run beside this one on the same cores, so its times are no measure; those of npm run test:faults are.
const limits = { allMs: 120_000, p99Ms: Number.POSITIVE_INFINITY, stopMs: 2500 }
testEach(pressure({ customers: 100, each: 10, lockedSeconds: 10, limits }))

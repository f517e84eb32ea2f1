import { pressure } from './cases/pressure.ts'
import { testEach } from './verdict.ts'

// Other tests run beside this one on the same cores, so its times are no measure; those of npm run test:faults are.
const limits = { allMs: 120_000, p99Ms: Number.POSITIVE_INFINITY, stopMs: 2500 }
testEach(pressure({ customers: 40, each: 5, lockedSeconds: 7, limits }))

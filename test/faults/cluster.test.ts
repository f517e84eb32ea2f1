import { cluster } from './cases/cluster.ts'
import { testEach } from './verdict.ts'

/** The short form; more of each, and five instances: npm run test:faults. */
const cases = cluster(2, { kills: 2, restarts: 0, cutSeconds: 3, freezes: 0, takeOverMs: 60_000 })

testEach(cases)

import { build } from './build.ts'
import { pressure } from './cases/pressure.ts'
import { testEach } from './verdict.ts'

build()
// Other tests run beside this one on the same cores; npm run test:faults has no patience.
testEach(pressure({ customers: 100, each: 10, lockedSeconds: 10, patience: 4 }))

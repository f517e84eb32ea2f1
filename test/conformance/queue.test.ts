import { describe } from '@jest/globals'
import { onEveryDatabase } from './databases.ts'
import { failures } from './failures.ts'
import { inbox } from './inbox.ts'
import { lanes } from './lanes.ts'
import { model } from './model.ts'
import { order } from './order.ts'
import { restart } from './restart.ts'
import { uncertain } from './uncertain.ts'

/** What the queue promises, on whatever it keeps things. */
onEveryDatabase((newDatabase, { quick }) => {
  for (const suite of [lanes, inbox, order, uncertain, failures, restart]) {
    describe(suite.name, () => suite(newDatabase))
  }
  describe(model.name, () => model(newDatabase, { runs: quick ? 150 : 6 }))
})

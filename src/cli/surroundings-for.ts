import { wallClock } from '../clock.ts'
import type { Config } from '../config/types.ts'
import { createSurroundings, type Surroundings } from '../doctor/surroundings.ts'
import { keepTime } from '../store/settings.ts'
import { beside } from './verb.ts'

/** What a command looks at, beside a bridge that may be running. */
export function surroundingsFor(config: Config): Surroundings {
  return createSurroundings(config, {
    now: wallClock,
    writeDatabase: () => beside(config, (db) => keepTime(db, 'probe', wallClock())),
  })
}

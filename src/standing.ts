import { examine } from './doctor/examine.ts'
import { createStanding, type Standing } from './doctor/standing.ts'
import { createSurroundings } from './doctor/surroundings.ts'
import type { Ctx } from './flows/context.ts'
import { every } from './queue/schedule.ts'
import type { Db } from './store/database.ts'
import { keepTime } from './store/settings.ts'

const EVERY_MINUTES = 5

/** The checks of `doctor`, for the running bridge, on the database that is open already. */
export function standingOf({ config, now }: Ctx, db: Db): Standing {
  const surroundings = createSurroundings(config, { now, writeDatabase: () => keepTime(db, 'probe', now()) })
  return createStanding({ examine: () => examine(surroundings), now })
}

/**
 * They are made every hour, and soon again while something fails; nobody waits for them.
 * @param minutes how often it is asked whether a look is due
 * @returns ends it
 */
export function keepStanding(
  { log }: Pick<Ctx, 'log'>,
  standing: Pick<Standing, 'lookIfDue'>,
  minutes = EVERY_MINUTES,
): () => void {
  let started = false
  return every(minutes, async () => {
    // What is only just being started and connected need not be right yet.
    if (started) await standing.lookIfDue().catch((err: unknown) => log.error({ err }, 'The checks could not be made'))
    started = true
  })
}

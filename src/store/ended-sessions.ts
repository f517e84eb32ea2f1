import type { Db } from './database.ts'
import { keepSetting, readSetting } from './settings.ts'

const ENDED = 'console.ended.'

/** A session of the console was ended by hand; that is remembered `until` (Unix ms), when it is over in any case. */
export async function endSession(db: Db, id: string, o: { until: number; now: number }): Promise<void> {
  // Times of this century have as many digits each, so they compare as texts.
  await db
    .deleteFrom('settings')
    .where('key', '>', ENDED)
    .where('key', '<', `${ENDED}~`)
    .where('value', '<', String(o.now))
    .execute()
  await keepSetting(db, `${ENDED}${id}`, String(o.until))
}

export async function hasEnded(db: Db, id: string): Promise<boolean> {
  return (await readSetting(db, `${ENDED}${id}`)) !== null
}

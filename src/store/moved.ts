import type { Db } from './database.ts'
import { keepSetting, readSetting } from './settings.ts'

const MOVED = 'moved'

/** What was in this database goes on in another one; a bridge that worked on here would text everybody twice. */
export async function refuseMoved(db: Db, file: string): Promise<void> {
  const at = await readSetting(db, MOVED)
  if (at === null) return
  throw new Error(
    `The data of ${file} was moved to PostgreSQL at ${at}, and is worked on there: let DATABASE_URL name that database. ` +
      'The file is a copy of that moment, and can be deleted.',
  )
}

/** @param now Unix ms */
export function markMoved(db: Db, now: number): Promise<void> {
  return keepSetting(db, MOVED, new Date(now).toISOString())
}

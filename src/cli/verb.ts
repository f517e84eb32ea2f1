import { wallClock } from '../clock.ts'
import type { Config } from '../config/types.ts'
import type { Doer } from '../store/audit.ts'
import { type Db, openBeside } from '../store/database.ts'
import type { Progress } from './progress.ts'

/** As commander reads them. */
export type Options = Record<string, string | undefined>

export interface Asked<O extends object = Options> {
  config: Config
  args: string[]
  options: O
  /** Shows how far a long work has come. */
  progress: Progress
}

/** What a verb of the command line does: `data` for programs, `text` for people. Errors are sentences. */
export type Verb<O extends object = Options> = (asked: Asked<O>) => Promise<{ data: unknown; text: string }>

/** Works on the database of a bridge that may be running: it notices within a second. */
export async function beside<T>({ databaseUrl }: Config, work: (db: Db) => Promise<T>): Promise<T> {
  const db = await openBeside(databaseUrl)
  try {
    return await work(db)
  } finally {
    await db.destroy()
  }
}

/** For the audit: whoever is at the command line. */
export const doer = (): Doer => ({ actor: 'cli', at: wallClock() })

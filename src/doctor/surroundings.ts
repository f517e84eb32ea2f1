import { statfsSync } from 'node:fs'
import type { Config } from '../config/types.ts'
import { createWorkspace, type Workspace } from '../intercom/workspace.ts'
import { createTwilioAccount, type TwilioAccount } from '../twilio/account.ts'

/** What the checks look at. */
export interface Surroundings {
  config: Config
  twilio: TwilioAccount
  intercom: Workspace
  /** By how many milliseconds each answer's own clock was ahead of ours; filled while the services are asked. */
  skews: number[]
  /** Writes something of no account into the database, as the bridge would. Rejects with a sentence. */
  writeDatabase: () => Promise<void>
  /** The file system that holds a path, as statfs(2) tells it. */
  fileSystem: (path: string) => { type: number; freeBytes: number }
}

interface Options {
  /** Unix milliseconds. */
  now: () => number
  writeDatabase: () => Promise<void>
}

/** Nothing is asked yet. */
export function createSurroundings(config: Config, { now, writeDatabase }: Options): Surroundings {
  const skews: number[] = []
  const onDate = (date: string | null) => {
    const theirs = Date.parse(date ?? '')
    if (Number.isFinite(theirs)) skews.push(theirs - now())
  }
  return {
    config,
    twilio: createTwilioAccount(config, { onDate }),
    intercom: createWorkspace(config, { now, onDate }),
    skews,
    writeDatabase,
    fileSystem(path) {
      const { type, bavail, bsize } = statfsSync(path)
      return { type, freeBytes: bavail * bsize }
    },
  }
}

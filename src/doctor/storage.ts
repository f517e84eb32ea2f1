import { existsSync, mkdtempSync, rmdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Config } from '../config/types.ts'
import { UnfitDatabase } from '../store/postgres-failure.ts'
import { isSqliteFailure, whyNot } from '../store/sqlite.ts'
import { type Finding, fail, ok, warn } from './check.ts'
import type { Surroundings } from './surroundings.ts'

const MB = 1024 * 1024
/** Far more than the ballast, with which the bridge finishes what is in hand when the disk is full. */
const TOO_LITTLE = 100 * MB
const GB = 1024 * MB
const LITTLE = GB

/** statfs(2): where SQLite's write-ahead log does not work, since it needs memory shared by all who have the file. */
const NETWORK = new Map([
  [0x6969, 'NFS'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB'],
  [0x517b, 'SMB'],
])
const PASSING = new Map([
  [0x01021994, 'in memory (tmpfs)'],
  [0x858458f6, 'in memory (ramfs)'],
  [0x794c7630, 'in the writable layer of a container (overlayfs)'],
])

/** The database can be written and lasts, and there is room for more. */
export async function storageChecks(o: Surroundings): Promise<Finding[]> {
  const file = fileOf(o.config)
  if (file === null) return [await written(o)]
  const folder = dirname(resolve(file))
  if (!existsSync(folder)) return [folderMissing(folder)]
  const database = existsSync(file) ? await written(o) : notYet(file, folder)
  return database.status === 'fail' ? [database] : [database, lasting(o, folder), room(o, folder)]
}

/** The path of a SQLite file; null where the database is not one. */
function fileOf({ databaseUrl }: Config): string | null {
  return databaseUrl.startsWith('sqlite:') && databaseUrl !== 'sqlite::memory:' ? databaseUrl.slice(7) : null
}

async function written({ config, writeDatabase }: Surroundings): Promise<Finding> {
  try {
    await writeDatabase()
    return ok('database', 'The database takes writes.')
  } catch (error) {
    if (error instanceof UnfitDatabase) return fail('database', error.fault, error.cure, { stopsTexts: true })
    const fix =
      'Check DATABASE_URL, the owner and the permissions of the file and its folder, and the log of the bridge.'
    const sentence = error instanceof Error ? error.message : 'The database cannot be written.'
    const message = isSqliteFailure(error) ? whyNot(fileOf(config) ?? '', error) : sentence
    return fail('database', message, fix, { stopsTexts: true })
  }
}

function folderMissing(folder: string): Finding {
  const message = `The folder ${folder}, where DATABASE_URL keeps the database, is not there.`
  const fix = `If a volume belongs there, mount it; else make the folder (\`mkdir -p ${folder}\`), or correct DATABASE_URL.`
  return fail('database', message, fix, { stopsTexts: true })
}

function notYet(file: string, folder: string): Finding {
  try {
    // Permissions alone do not tell: the whole file system may be read-only.
    rmdirSync(mkdtempSync(join(folder, '.probe-')))
  } catch {
    const message = `The database ${file} cannot be made: this user may not write to ${folder}.`
    return fail('database', message, `Let the user of the bridge own ${folder}, or correct DATABASE_URL.`, {
      stopsTexts: true,
    })
  }
  const message = `There is no database ${file} yet.`
  return warn(
    'database',
    message,
    'Nothing, before the first `npm start`, which makes it; later: correct DATABASE_URL.',
  )
}

function lasting({ fileSystem }: Surroundings, folder: string): Finding {
  const name = 'database.durable'
  const { type } = fileSystem(folder)
  // Some systems tell the type as a signed number.
  const network = NETWORK.get(type >>> 0)
  if (network !== undefined) {
    const message = `The database is on a network file system (${network}), where SQLite can lose or damage what it holds.`
    return fail(name, message, 'Put it on a disk of this machine (DATABASE_URL), or use PostgreSQL.')
  }
  const passing = PASSING.get(type >>> 0)
  if (passing !== undefined) {
    const message = `The database is ${passing}: it is gone when the machine or the container is.`
    return warn(name, message, 'For production, keep it on a disk or a volume (DATABASE_URL).')
  }
  return ok(name, 'The database is on a disk; every commit waits for it.')
}

function room({ fileSystem }: Surroundings, folder: string): Finding {
  const name = 'disk'
  const { freeBytes } = fileSystem(folder)
  // Amounts change with every look; the team is told what is news.
  if (freeBytes >= LITTLE) return ok(name, `${Math.floor(freeBytes / GB)} GB are free where the database is.`)
  const fix = 'Make room, or move the database to a larger disk (DATABASE_URL).'
  if (freeBytes >= TOO_LITTLE) return warn(name, 'Less than 1 GB is free where the database is.', fix)
  const message =
    'The disk is nearly full: less than 100 MB are free where the database is, and then no text can be kept.'
  return fail(name, message, fix)
}

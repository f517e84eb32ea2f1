import type { Log } from '../log.ts'
import type { Ballast } from './ballast.ts'
import { isPostgresFailure, postgresTrouble } from './postgres-failure.ts'
import { isSqliteFailure, sqliteCode } from './sqlite.ts'

export interface StorageHealth {
  /** Tells it of a failed write; anything but an error of the storage is ignored. */
  failed(error: unknown): void
  /** Tells it of a write that worked. */
  worked(): void
  /** Why nothing can be stored, in words; null when it can. */
  trouble(): string | null
  /** The file is damaged: what is put into it may be lost. */
  damaged(): boolean
}

/** After so many failed syncs in a row only a new process can tell what is on the disk. */
const HOPELESS = 3

/**
 * What the errors of the storage mean for the whole process. A full disk passes: the ballast is given up and readiness
 * comes back by itself. A damaged file or a disk that cannot sync does not.
 * @param giveUp the process should end and be started anew
 */
export function createStorageHealth(o: { log: Log; ballast: Ballast; giveUp: () => void }): StorageHealth {
  let trouble: string | null = null
  let damaged = false
  let ioErrors = 0

  function failed(error: unknown): void {
    // Whatever else goes wrong with a damaged file, the damage is what has to be mended.
    if (isPostgresFailure(error)) report(postgresTrouble(error))
    if (damaged || !isSqliteFailure(error)) return
    const code = sqliteCode(error) ?? ''
    if (code === 'SQLITE_FULL') full()
    else if (code.startsWith('SQLITE_BUSY')) report('Another process keeps the database locked.')
    else if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') {
      damaged = true
      report('The database is damaged: nothing new is taken. Restore a backup, or recover it with sqlite3’s .recover.')
    } else if (code.startsWith('SQLITE_IOERR') || code.startsWith('SQLITE_READONLY')) ioError(code)
    else report(`The database cannot be used (${code}).`)
  }

  function full(): void {
    const dropped = o.ballast.drop()
    report(`The disk is full${dropped ? '; the ballast file was given up to finish what is in hand' : ''}. Make room.`)
  }

  function ioError(code: string): void {
    ioErrors++
    report(`The disk does not take what is written (${code}).`)
    if (ioErrors === HOPELESS) o.giveUp()
  }

  function report(words: string): void {
    if (trouble !== words) o.log.error(words)
    trouble = words
  }

  return {
    failed,
    worked() {
      ioErrors = 0
      if (trouble === null || damaged) return
      trouble = null
      o.log.info('The database takes writes again')
      o.ballast.load()
    },
    trouble: () => trouble,
    damaged: () => damaged,
  }
}

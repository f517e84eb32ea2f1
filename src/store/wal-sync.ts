import { type FileHandle, open } from 'node:fs/promises'
import { dirname } from 'node:path'

export interface WalSync {
  /**
   * Resolves when all that has been committed by now is on the disk.
   * @throws Error with one of SQLite's codes when the disk failed; from then on until `mended()`
   */
  lasting(): Promise<void>
  /** Where a sync failed once, later ones that work say nothing of what was lost with it. */
  failed(): boolean
  /** All that was committed is on the disk by other means. */
  mended(): void
  close(): Promise<void>
}

/**
 * SQLite waits for the disk inside of COMMIT, and the event loop with it. Here the waiting is done beside the event loop,
 * and one wait serves all who came during the one before. Commits follow each other in the write-ahead log, so whatever
 * is on the disk has all before it there as well: https://sqlite.org/wal.html
 * @param file the database
 */
export function createWalSync(file: string): WalSync {
  let log: FileHandle | null = null
  let running: Promise<void> | null = null
  let following: Promise<void> | null = null
  let failure: Error | null = null

  async function sync(): Promise<void> {
    if (failure) throw failure
    try {
      log ??= await openLog(file)
      await log.sync()
    } catch (error) {
      failure = inWordsOfSqlite(error)
      throw failure
    } finally {
      running = null
    }
  }

  function start(): Promise<void> {
    running = sync()
    return running
  }

  async function follow(before: Promise<void>): Promise<void> {
    // Those before hear of their failure themselves.
    await before.catch(() => {})
    following = null
    return start()
  }

  return {
    lasting() {
      if (!running) return start()
      following ??= follow(running)
      return following
    },
    failed: () => failure !== null,
    mended() {
      failure = null
    },
    async close() {
      await (following ?? running)?.catch(() => {})
      // Closing it twice does no harm.
      await log?.close()
    },
  }
}

/** SQLite has no locks on its log that closing it here would let go of; those are on the other two files. */
async function openLog(file: string): Promise<FileHandle> {
  // Windows keeps names by itself, and opens no folders.
  if (process.platform !== 'win32') await keepName(dirname(file))
  return open(`${file}-wal`, 'r+')
}

/** SQLite leaves that to the first commit it waits for itself: a log that is new must be in its folder after a power cut. */
async function keepName(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function inWordsOfSqlite(error: unknown): Error {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const full = code === 'ENOSPC' || code === 'EDQUOT'
  return Object.assign(new Error('What was written did not reach the disk.', { cause: error }), {
    code: full ? 'SQLITE_FULL' : 'SQLITE_IOERR_FSYNC',
  })
}

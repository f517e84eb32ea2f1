import { existsSync, rmSync } from 'node:fs'
import Database from 'better-sqlite3'

/**
 * Copies a running SQLite database into a new file and proves the copy by opening and checking it. Copying the file by
 * hand would leave out what is still in the write-ahead log.
 * @param onProgress between 0 and 1
 * @throws Error with a sentence when there is nothing to copy, the target exists or the copy is not sound
 */
export async function backup(
  file: string,
  target: string,
  onProgress: (share: number) => void = () => {},
): Promise<void> {
  if (!existsSync(file)) throw new Error(`There is no database ${file}; DATABASE_URL names another one.`)
  if (existsSync(target)) throw new Error(`${target} exists already; name a new file.`)
  const source = new Database(file, { readonly: true, fileMustExist: true })
  try {
    // One moment's state for as long as it takes: without it, every write of a running bridge makes SQLite start again.
    source.exec('begin')
    source.prepare('select count(*) from sqlite_master').get()
    await source.backup(target, {
      progress({ totalPages, remainingPages }) {
        onProgress(totalPages === 0 ? 1 : 1 - remainingPages / totalPages)
        return 500
      },
    })
  } finally {
    source.close()
  }
  const verdict = check(target)
  if (verdict === 'ok') return
  rmSync(target)
  throw new Error(`The copy in ${target} was not sound and is gone again: ${verdict}. Is ${file} damaged?`)
}

function check(file: string): string {
  // Not read-only: then the files that a write-ahead log needs would stay beside the copy.
  const copy = new Database(file)
  try {
    return String(copy.pragma('quick_check(1)', { simple: true }))
  } finally {
    copy.close()
  }
}

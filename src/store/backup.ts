import { existsSync } from 'node:fs'
import Database from 'better-sqlite3'

/**
 * Copies a running SQLite database into a new file and proves the copy by opening and checking it. Copying the file by
 * hand would leave out what is still in the write-ahead log.
 * @param onProgress between 0 and 1
 * @throws Error with a sentence when the target exists or the copy is not sound
 */
export async function backup(
  file: string,
  target: string,
  onProgress: (share: number) => void = () => {},
): Promise<void> {
  if (existsSync(target)) throw new Error(`${target} exists already; name a new file.`)
  const source = new Database(file, { readonly: true, fileMustExist: true })
  try {
    await source.backup(target, {
      progress({ totalPages, remainingPages }) {
        onProgress(totalPages === 0 ? 1 : 1 - remainingPages / totalPages)
        return 500
      },
    })
  } finally {
    source.close()
  }
  const copy = new Database(target, { readonly: true })
  try {
    const verdict = copy.pragma('quick_check(1)', { simple: true })
    if (verdict !== 'ok') throw new Error(`The copy in ${target} is not sound: ${String(verdict)}`)
  } finally {
    copy.close()
  }
}

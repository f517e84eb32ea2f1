import { closeSync, existsSync, openSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

const MB = 1024 * 1024
const BALLAST_BYTES = 8 * MB

export interface Ballast {
  /** Puts it there, if it is not and there is room for it and twice as much again. Never throws: one can do without it. */
  load(): void
  /** Gives its room back; false when there was none to give. */
  drop(): boolean
}

/**
 * On a full disk SQLite can neither delete nor checkpoint, so nothing can be freed from inside. A file of no use beside
 * the database can: it is given up so that what is in hand can be finished while somebody makes room.
 */
export function createBallast(file: string): Ballast {
  const path = `${file}.ballast`
  return {
    load() {
      try {
        if (file === ':memory:' || (existsSync(path) && statSync(path).size === BALLAST_BYTES)) return
        const { bavail, bsize } = statfsSync(dirname(resolve(file)))
        if (bavail * bsize < 3 * BALLAST_BYTES) return
        fill(path)
      } catch {
        rmSync(path, { force: true })
      }
    },
    drop() {
      if (file === ':memory:' || !existsSync(path)) return false
      rmSync(path)
      return true
    },
  }
}

/** Not a sparse file: its blocks must really be taken. */
function fill(path: string): void {
  const piece = Buffer.alloc(MB, 1)
  const file = openSync(path, 'w')
  try {
    // Unlike writeSync, it goes on after a part of the piece.
    for (let written = 0; written < BALLAST_BYTES; written += MB) writeFileSync(file, piece)
  } finally {
    closeSync(file)
  }
}

import { existsSync, mkdtempSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const IN_MEMORY = '/dev/shm'
/** Containers often have 64 MB there. */
const ROOM_BYTES = 1024 ** 3

/** A new folder, in memory where that can be: every commit waits for the disk, which is not what a story is about. */
export const newFolder = (name: string): string => mkdtempSync(join(place, `bridge-${name}-`))

const place = existsSync(IN_MEMORY) && hasRoom() ? IN_MEMORY : tmpdir()

function hasRoom(): boolean {
  const { bavail, bsize } = statfsSync(IN_MEMORY)
  return bavail * bsize > ROOM_BYTES
}

import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A disk of its own that can be full or read-only. */
export interface Disk {
  folder: string
  /** Takes all the room that is left. */
  fill(): void
  free(): void
  readOnly(yes: boolean): void
  close(): void
}

/** Why there cannot be one here; null when there can. */
export const disks: string | null = (() => {
  try {
    openDisk(1).close()
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
})()

/** Throws an Error with the reason where this process may not mount one. */
export function openDisk(megabytes: number): Disk {
  const folder = mkdtempSync(join(tmpdir(), 'bridge-disk-'))
  const filler = join(folder, 'filler')
  try {
    mount('-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder)
  } catch (error) {
    rmSync(folder, { recursive: true })
    throw error
  }
  return {
    folder,
    fill: () => fill(filler),
    free: () => rmSync(filler),
    readOnly: (yes) => mount('-o', `remount,${yes ? 'ro' : 'rw'}`, folder),
    close() {
      spawnSync('umount', [folder])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function mount(...args: string[]): void {
  const { status, stderr, error } = spawnSync('mount', args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`a disk cannot be mounted: ${error?.message ?? stderr.trim()}`)
}

function fill(file: string): void {
  const fd = openSync(file, 'w')
  const page = Buffer.alloc(4096, 1)
  try {
    for (;;) writeSync(fd, page)
  } catch (error) {
    if (!String(error).includes('ENOSPC')) throw error
  } finally {
    closeSync(fd)
  }
}

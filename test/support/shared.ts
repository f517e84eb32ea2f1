import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Path of a file or folder of captured material kept beside the repository; null where it is not at hand. */
export function sharedFile(name: string): string | null {
  const path = fileURLToPath(new URL(`../../../shared/${name}`, import.meta.url))
  return existsSync(path) ? path : null
}

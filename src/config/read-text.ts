import { readFileSync } from 'node:fs'

/** A file's text, or the code of the error that kept it from being read (ENOENT, EACCES, EISDIR …). */
export function readText(path: string): { text: string; code?: never } | { text?: never; code: string } {
  try {
    return { text: readFileSync(path, 'utf8') }
  } catch (error) {
    return { code: typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : String(error) }
  }
}

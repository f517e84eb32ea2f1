import { readFile, writeFile } from 'node:fs/promises'

/** Seen from here and from dist/bin, which is as deep. */
export const ENV_EXAMPLE = new URL('../../.env.example', import.meta.url)

/** @throws Error with a sentence */
export async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new Error(`${file} cannot be read (${codeOf(error)}).`)
  }
}

/**
 * A new file for nobody else's eyes: these are people's numbers and words.
 * @throws Error with a sentence
 */
export async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx', mode: 0o600 })
  } catch (error) {
    const code = codeOf(error)
    throw new Error(
      code === 'EEXIST' ? `${file} exists already; name a new file.` : `${file} cannot be written (${code}).`,
    )
  }
}

const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : 'unknown')

import { chmodSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { readText } from '../../config/read-text.ts'
import { ENV_EXAMPLE } from '../files.ts'

export type Values = Readonly<Record<string, string>>

/** For nobody's eyes but the bridge's: it holds secrets. */
const MODE = 0o600

/**
 * Puts values into `.env`; every other line, comments too, stays as it is. Whole or not at all, whenever the process ends.
 * @returns the names of the variables that were not so before; none where nothing was written
 * @throws Error with a sentence when it cannot be read or written
 */
export function writeEnvFile(path: string, values: Values): string[] {
  const { text, code } = readText(path)
  if (code !== undefined && code !== 'ENOENT') throw new Error(`${path} cannot be read (${code}).`)
  const before = parseEnv(text ?? '')
  const changed = Object.keys(values).filter((name) => before[name] !== values[name])
  try {
    if (text === undefined || changed.length > 0) replace(path, withValues(text ?? template(), values))
    else if ((statSync(path).mode & 0o777) !== MODE) chmodSync(path, MODE)
  } catch (error) {
    throw new Error(`${path} cannot be written (${error instanceof Error ? error.message : 'unknown'}).`)
  }
  return changed
}

/** The text with these values, each where its variable stands or is explained, else at the end. */
export function withValues(text: string, values: Values): string {
  let merged = text
  for (const [name, value] of Object.entries(values)) {
    if (parseEnv(merged)[name] !== value) merged = withValue(merged, name, quoted(value))
  }
  const read = parseEnv(merged)
  const lost = Object.keys(values).find((name) => read[name] !== values[name])
  if (lost !== undefined) throw new Error(`${lost} holds what a line of .env cannot; give it as ${lost}_FILE`)
  return merged
}

function withValue(text: string, name: string, value: string): string {
  const line = `${name}=${value}`
  const given = new RegExp(
    `^[ \\t]*(?:export[ \\t]+)?${name}[ \\t]*=[ \\t]*(?:"[^"]*"|'[^']*'|\`[^\`]*\`|[^#\\n]*)`,
    'gm',
  )
  // The last one of several is the one that counts.
  const last = [...text.matchAll(given)].at(-1)
  if (last) return text.slice(0, last.index) + line + text.slice(last.index + last[0].trimEnd().length)
  const explained = new RegExp(`^#[ \\t]*${name}=.*$`, 'm').exec(text)
  if (explained) {
    const end = explained.index + explained[0].length
    return `${text.slice(0, end)}\n${line}${text.slice(end)}`
  }
  return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${line}\n`
}

/** As Node reads it: https://nodejs.org/api/util.html#utilparseenvcontent */
function quoted(value: string): string {
  if (/^[^\s"'`#]*$/.test(value)) return value
  const quote = ["'", '"', '`'].find((mark) => !value.includes(mark) && !(mark === '"' && value.includes('\\n')))
  return quote === undefined ? value : quote + value + quote
}

function replace(path: string, text: string): void {
  const draft = `${path}.new`
  writeFileSync(draft, text, { mode: MODE })
  // The draft of a run that was cut off may have been anybody's.
  chmodSync(draft, MODE)
  renameSync(draft, path)
}

/** A first `.env` explains itself; without the example it begins empty. */
function template(): string {
  try {
    return readFileSync(ENV_EXAMPLE, 'utf8')
  } catch {
    return ''
  }
}

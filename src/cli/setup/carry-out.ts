import { mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Config } from '../../config/types.ts'
import type { Finding } from '../../doctor/check.ts'
import { examine, mend } from '../../doctor/examine.ts'
import type { Surroundings } from '../../doctor/surroundings.ts'
import { findingLine } from '../finding-line.ts'
import { manualSteps } from './manual.ts'

/** Without these nothing can be set up. */
const LOGIN = /^(twilio|intercom)\.(credentials|api-key|reachable|account|token|version)$/

/** Only a bridge that runs can answer for these. */
const AFTER_START = /^(public-url|database$)/

/**
 * Looks, keeps what was given, mends what can be mended, looks again. What is right is left alone, so it can be repeated.
 * @param keep writes `.env`; returns the names of the variables that changed
 * @param say one line or several, for a person
 * @returns whether everything that can be right before the first start is
 */
export async function carryOut(o: Surroundings, keep: () => string[], say: (words: string) => void): Promise<boolean> {
  const before = await examine(o)
  const closed = before.filter(({ name, status }) => LOGIN.test(name) && status === 'fail')
  if (closed.length > 0) {
    say([...closed.map(findingLine), 'Nothing was written or changed.'].join('\n'))
    return false
  }
  const written = keep()
  say(written.length > 0 ? `.env: wrote ${written.join(', ')}.` : '.env: nothing to change.')
  makeFolder(o.config)
  const mended = await mend(before)
  for (const { name, error } of mended) say(error === null ? `set up: ${name}` : `not set up: ${name}: ${error}`)
  if (mended.length === 0) say('Twilio and Intercom: nothing to change.')
  const after = mended.length > 0 ? await examine(o) : before
  const left = after.filter(({ name, status }) => status !== 'ok' && !AFTER_START.test(name))
  say(['', ...left.map(findingLine), ...(left.length > 0 ? [''] : []), manualSteps(o.config)].join('\n'))
  return left.every(({ status }: Finding) => status !== 'fail')
}

/** So that a missing folder means a missing volume from now on. */
function makeFolder({ databaseUrl }: Config): void {
  if (!databaseUrl.startsWith('sqlite:')) return
  mkdirSync(dirname(resolve(databaseUrl.slice('sqlite:'.length))), { recursive: true, mode: 0o700 })
}

import { type Finding, fail } from './check.ts'
import { clockCheck } from './clock.ts'
import { intercomChecks } from './intercom.ts'
import { publicUrlChecks } from './public-url.ts'
import { storageChecks } from './storage.ts'
import type { Surroundings } from './surroundings.ts'
import { twilioChecks } from './twilio.ts'

/** Every check, always in this order. Nothing is changed, and nothing throws: what cannot be looked at is a finding. */
export async function examine(o: Surroundings): Promise<Finding[]> {
  const [twilio, intercom, publicUrl, storage] = await Promise.all([
    subject('twilio', () => twilioChecks(o)),
    subject('intercom', () => intercomChecks(o)),
    subject('public-url', () => publicUrlChecks(o.config)),
    subject('database', () => storageChecks(o)),
  ])
  return [...twilio, ...intercom, ...publicUrl, ...clockCheck(o.skews.splice(0)), ...storage]
}

/** What can be mended by itself is; returns what was, each with the error of a mending that failed. */
export async function mend(findings: readonly Finding[]): Promise<{ name: string; error: string | null }[]> {
  const done: { name: string; error: string | null }[] = []
  for (const { name, mend } of findings) {
    if (!mend) continue
    const error = await mend().then(
      () => null,
      (reason: unknown) => (reason instanceof Error ? reason.message : 'It failed.'),
    )
    done.push({ name, error })
  }
  return done
}

async function subject(name: string, look: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await look()
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown'
    return [fail(name, `It could not be checked: ${reason}`, 'Run the checks again; if it stays so, this is a bug.')]
  }
}

import { expect, test } from '@jest/globals'
import { findingLine } from '../../src/cli/finding-line.ts'
import type { Config } from '../../src/config/types.ts'
import { type Clinic, clinic } from './clinic.ts'

export type Plant = (here: Clinic) => unknown

/** `line`: how doctor's line begins. `words`: what it says of the fault, and then of its cure. */
export type Row = [fault: string, plant: Plant, line: string, words: RegExp]

/** One story per fault: a bridge in full health, one thing wrong, and doctor names it with its cure. */
export function diagnoses(rows: Row[]): void {
  test.each(rows)('doctor names it when %s, and the cure', async (_fault, plant, line, words) => {
    const here = await clinic()
    await plant(here)
    const lines = (await here.look()).map(findingLine)
    const [status, name] = [line.slice(0, 4), line.slice(6)]
    expect(lines.filter((one) => one.startsWith(`${status}  ${name}:`))).toEqual([expect.stringMatching(words)])
    // A service has several numbers, whose texts then all go the same wrong way.
    expect(lines.filter((one) => one.startsWith('fail') && !words.test(one))).toEqual([])
  })
}

/** Doctor is told something else than is right. */
export const told =
  (more: (config: Config) => Partial<Config>): Plant =>
  (here) => {
    here.config = { ...here.config, ...more(here.config) }
  }
export const twilioTold = (more: Partial<Config['twilio']>) =>
  told(({ twilio }) => ({ twilio: { ...twilio, ...more } }))
export const intercomTold = (more: Partial<Config['intercom']>) =>
  told(({ intercom }) => ({ intercom: { ...intercom, ...more } }))

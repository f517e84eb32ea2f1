import type { Fault } from '../../src/sandbox/faults.ts'
import type { Stage } from './stage.ts'

/** The calls that change something at a vendor. Notes and parts are the same call; which one is met depends on the moment. */
export const CALLS = {
  'create contact': { vendor: 'intercom', method: 'POST', path: /^\/contacts$/ },
  'open conversation': { vendor: 'intercom', method: 'POST', path: /^\/conversations$/ },
  tag: { vendor: 'intercom', method: 'POST', path: /^\/conversations\/\d+\/tags$/ },
  'append part': { vendor: 'intercom', method: 'POST', path: /^\/conversations\/\d+\/reply$/ },
  'post note': { vendor: 'intercom', method: 'POST', path: /^\/conversations\/\d+\/reply$/ },
  'send text': { vendor: 'twilio', method: 'POST', path: /\/Messages\.json$/ },
} as const
export type CallName = keyof typeof CALLS

/** The stand-in says in every answer when its window of calls ends, which is long; this says nothing. */
const NO_WINDOW = { 'x-ratelimit-reset': '' }

/** Too late for an answer, and early enough to be found by the last look, which is half a settle time after a re-send. */
const LATE_MS = 700

/** What a vendor may do to a call. */
export const VENDOR_FAULTS = {
  'acts, then resets the connection': { act: true, answer: 'reset' },
  'acts, but answers 500': { act: true, answer: { status: 500 } },
  'acts, but answers 502 with a page': { act: true, answer: { status: 502, body: '<h1>Bad gateway</h1>' } },
  'acts, but answers 504': { act: true, answer: { status: 504 } },
  'acts, but answers 200 with a page': { act: true, answer: { status: 200, body: '<h1>Sign in</h1>' } },
  'acts late, and never answers': { act: true, actAfterMs: LATE_MS, answer: 'hang' },
  'acts, and answers too late': { act: true, delayMs: LATE_MS, answer: 'real' },
  'acts, and answers half': { act: true, answer: 'half' },
  'resets the connection': { act: false, answer: 'reset' },
  'answers 500': { act: false, answer: { status: 500 } },
  'answers 503': { act: false, answer: { status: 503 } },
  'answers 503, with its code': { act: false, answer: { status: 503, body: { code: 20503 } } },
  'never answers': { act: false, answer: 'hang' },
  'answers half': { act: false, answer: 'half' },
  'answers 429': { act: false, answer: { status: 429, headers: NO_WINDOW } },
  'answers 429, come back in a second': {
    act: false,
    answer: { status: 429, headers: { ...NO_WINDOW, 'retry-after': '1' } },
  },
  'answers 429, come back soon': {
    act: false,
    answer: { status: 429, headers: { ...NO_WINDOW, 'retry-after': 'soon' } },
  },
} satisfies Record<string, Fault>
export type FaultName = keyof typeof VENDOR_FAULTS

export const EVERY_FAULT = Object.keys(VENDOR_FAULTS).filter((name): name is FaultName => name in VENDOR_FAULTS)

/** Arms a fault for the next calls of a kind. Returns how often it has happened so far. */
export function arm(
  shores: Pick<Stage, 'twilio' | 'intercom'>,
  call: CallName,
  name: FaultName,
  times: number,
): () => number {
  const { vendor, ...matching } = CALLS[call]
  const handle = shores[vendor].faults.add({ ...matching, ...VENDOR_FAULTS[name], times })
  return () => handle.fired
}

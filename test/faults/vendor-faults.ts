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

/** What a vendor may do to a call. The bridge waits one second for an answer, so 1.5 s is too late, and well before the settle time. */
export const VENDOR_FAULTS: Record<string, Pick<Fault, 'act' | 'actAfterMs' | 'answer' | 'delayMs'>> = {
  'acts, then resets the connection': { act: true, answer: 'reset' },
  'acts, but answers 500': { act: true, answer: { status: 500 } },
  'acts, but answers 502 with a page': { act: true, answer: { status: 502, body: '<h1>Bad gateway</h1>' } },
  'acts, but answers 504': { act: true, answer: { status: 504 } },
  'acts, but answers 200 with a page': { act: true, answer: { status: 200, body: '<h1>Sign in</h1>' } },
  'acts late, and never answers': { act: true, actAfterMs: 1500, answer: 'hang' },
  'acts, and answers too late': { act: true, delayMs: 1500, answer: 'real' },
  'acts, and answers half': { act: true, answer: 'half' },
  'resets the connection': { act: false, answer: 'reset' },
  'answers 500': { act: false, answer: { status: 500 } },
  'answers 503': { act: false, answer: { status: 503 } },
  'never answers': { act: false, answer: 'hang' },
  'answers half': { act: false, answer: 'half' },
  'answers 429': { act: false, answer: { status: 429 } },
  'answers 429, come back in a second': { act: false, answer: { status: 429, headers: { 'retry-after': '1' } } },
  'answers 429 with nonsense': { act: false, answer: { status: 429, headers: { 'retry-after': 'soon' } } },
}

/** Arms a fault for one call, the next of its kind. Resolves to how often it has happened when asked. */
export function arm(stage: Stage, call: CallName, name: string, times: number): () => number {
  const { vendor, ...matching } = CALLS[call]
  const fault = VENDOR_FAULTS[name]
  if (!fault) throw new Error(`no fault "${name}"`)
  const handle = stage[vendor].faults.add({ ...matching, ...fault, times })
  return () => handle.fired
}

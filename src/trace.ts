import { randomBytes } from 'node:crypto'

/**
 * What follows a text from its webhook through every fact and effect it leads to: `<trace id>-<span id>` in hex, as
 * https://www.w3.org/TR/trace-context/ has them. The span is that of the webhook; zeros where none began it.
 */
export type Trace = string

const NO_SPAN = '0'.repeat(16)
const traces = new WeakMap<object, Trace>()

/** For what a webhook begins. */
export function newTrace(): Trace {
  return `${hex(16)}-${hex(8)}`
}

/** What this transaction writes from now on belongs to that trace; with null, to a new one. */
export function follow(tx: object, trace: Trace | null): void {
  if (trace === null) traces.delete(tx)
  else traces.set(tx, trace)
}

/** The trace that this transaction is about. */
export function traceOf(tx: object): Trace {
  const known = traces.get(tx)
  if (known !== undefined) return known
  const trace = `${hex(16)}-${NO_SPAN}`
  traces.set(tx, trace)
  return trace
}

/** For a line of the log: the one id by which the whole story of a text is found. */
export const traced = (tx: object) => ({ trace: readTrace(traceOf(tx)).traceId })

/** `spanId` is null where no webhook began the trace. */
export function readTrace(trace: Trace): { traceId: string; spanId: string | null } {
  const [traceId = '', spanId = NO_SPAN] = trace.split('-')
  return { traceId, spanId: spanId === NO_SPAN ? null : spanId }
}

function hex(bytes: number): string {
  return randomBytes(bytes).toString('hex')
}

export interface Fault {
  method?: string
  /** Tested against path and query. */
  path?: RegExp
  /** How many matching requests it meets (default 1; Infinity for all). */
  times?: number
  /** Does the request take effect? */
  act: boolean
  /** It takes effect this much later, whatever was answered meanwhile. */
  actAfterMs?: number
  /** The answer comes this much later. */
  delayMs?: number
  /** The answer comes no earlier than this settles. */
  holdUntil?: Promise<unknown>
  /**
   * `real`: what the service answers (needs `act: true`). `reset`: the socket is cut without an answer. `hang`: nothing is ever
   * said. `half`: status 200 and the first half of a body, then the socket is cut.
   */
  answer: 'real' | 'reset' | 'hang' | 'half' | { status: number; headers?: Record<string, string>; body?: unknown }
}

export interface FaultHandle {
  /** How many requests it has met. */
  readonly fired: number
  remove(): void
}

export interface Faults {
  /** Faults are tried in the order they were added; the first that matches is used. */
  add(fault: Fault): FaultHandle
  clear(): void
}

interface Armed {
  fault: Fault
  fired: number
}

export interface FaultBook extends Faults {
  /** Uses up one firing of the first fault that fits. */
  take(method: string, target: string): Fault | null
}

/** Faults of one stand-in: act then reset, act but answer 500, act late, hang, half a body. */
export function createFaults(): FaultBook {
  let armed: Armed[] = []
  return {
    add(fault) {
      if (fault.answer === 'real' && !fault.act) throw new Error('a request that does nothing has no real answer')
      const entry: Armed = { fault, fired: 0 }
      armed.push(entry)
      return {
        get fired() {
          return entry.fired
        },
        remove: () => {
          armed = armed.filter((other) => other !== entry)
        },
      }
    },
    clear() {
      armed = []
    },
    take(method, target) {
      const entry = armed.find(
        ({ fault, fired }) =>
          fired < (fault.times ?? 1) &&
          (fault.method === undefined || fault.method === method) &&
          (fault.path === undefined || target.search(fault.path) >= 0),
      )
      if (!entry) return null
      entry.fired += 1
      return entry.fault
    },
  }
}

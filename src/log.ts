import { type DestinationStream, type Logger, pino } from 'pino'
import { ConfigError, VendorError } from './errors.ts'
import { maskPhone } from './rules/phone.ts'

export type Log = Logger

/**
 * One JSON line per event on standard output. The keys `customer` and `number` hold addresses and are masked unless `pii`;
 * message bodies, names and secrets are never handed to the log at all.
 */
export function createLog(options: { level: string; pii: boolean }, destination?: DestinationStream): Log {
  const address = (value: unknown) => (options.pii ? value : maskPhone(String(value)))
  const settings = {
    level: options.level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { customer: address, number: address, err: describeError },
  }
  return destination ? pino(settings, destination) : pino(settings)
}

/**
 * Our own errors carry sentences made for people. The text of any other error may quote what it choked on (JSON.parse
 * does), so only its name, code and place are kept.
 */
export function describeError(err: unknown): Record<string, unknown> {
  if (err instanceof VendorError) {
    return { type: err.name, vendor: err.vendor, code: err.code, status: err.status, message: err.message }
  }
  if (err instanceof ConfigError) return { type: err.name, message: err.message }
  if (!(err instanceof Error)) return { type: typeof err }
  const code = 'code' in err ? err.code : undefined
  const at = err.stack
    ?.split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(0, 5)
    .map((line) => line.trim())
  return { type: err.name, code, at }
}

/** A flood of refused requests must not become a flood of log lines. `now` in milliseconds of any steady clock. */
export function onePerSecond(now: () => number): (reason: string) => boolean {
  const last = new Map<string, number>()
  return (reason) => {
    const at = now()
    if (at - (last.get(reason) ?? Number.NEGATIVE_INFINITY) < 1000) return false
    last.set(reason, at)
    return true
  }
}

import { VendorError } from '../errors.ts'
import { type Finding, fail, warn } from './check.ts'

/** The answer of a service, or the error with which it refused or did not answer. */
export async function asked<T>(call: Promise<T>): Promise<{ answer: T } | { error: VendorError }> {
  try {
    return { answer: await call }
  } catch (error) {
    if (error instanceof VendorError) return { error }
    throw error
  }
}

/** The service did not answer at all, or failed: that says nothing about what was asked. */
export const isSilence = ({ status }: VendorError): boolean =>
  status === undefined || status >= 500 || status === 429 || status === 408

const SERVICES = {
  twilio: { called: 'Twilio', variable: 'TWILIO_API_URL', status: 'https://status.twilio.com' },
  intercom: { called: 'Intercom', variable: 'INTERCOM_API_URL', status: 'https://www.intercomstatus.com' },
}

/** Nobody answers there, so nothing of it can be checked. */
export function unreachable(service: 'twilio' | 'intercom', { status, code }: VendorError): Finding {
  const { called, variable, status: page } = SERVICES[service]
  const why = status === undefined ? code : `HTTP ${status}`
  const fix = `Check the network, the DNS and the firewall of this machine, ${variable} where it is set, and ${page}.`
  return fail(`${service}.reachable`, `${called} does not answer (${why}), so nothing of it can be checked.`, fix)
}

/** Something could not be looked at. */
export const notSeen = (name: string, what: string, error: VendorError, fix: string): Finding =>
  warn(name, `${what} could not be read: ${error.message}`, fix)

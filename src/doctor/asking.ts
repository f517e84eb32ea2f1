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

/** Nobody answers there, so nothing of it can be checked. */
export function unreachable(service: 'twilio' | 'intercom', error: VendorError): Finding {
  const variable = service === 'twilio' ? 'TWILIO_API_URL' : 'INTERCOM_API_URL'
  const fix = `Check the network, the DNS and the firewall of this machine, ${variable} where it is set, and the status page of the service. Then run the checks again.`
  return fail(`${service}.reachable`, error.message, fix)
}

/** Something could not be looked at. */
export const notSeen = (name: string, what: string, error: VendorError, fix: string): Finding =>
  warn(name, `${what} could not be read: ${error.message}`, fix)

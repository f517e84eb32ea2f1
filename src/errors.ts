/** Whoever is called: the two services, the operator's own bot, and whoever of the team is told. */
export type Vendor = 'twilio' | 'intercom' | 'responder' | 'notify'

export interface VendorErrorInit {
  vendor: Vendor
  /** The vendor's own error code (21610, `not_found` …) or, where it gave none, the HTTP status or the socket's error code. */
  code: string
  /** HTTP status; absent when no answer came. */
  status?: number
  /** True when repeating the same call can never help. */
  permanent: boolean
  /** True when the vendor surely did not act on the call; false when it may have. */
  certain: boolean
  /** Milliseconds the vendor asked us to wait. */
  retryAfter?: number
  /** For `contact_merged` and `contact_exists`: the contact to use instead. */
  contactId?: string
  cause?: unknown
}

/**
 * A call to Twilio or Intercom that did not succeed. `message` is the sentence a person reads, the same in the log, the
 * note, the console and the README. It never holds a message body, a whole phone number or a secret.
 *
 * Retried when `certain` and not `permanent`; looked up, never repeated, when not `certain`.
 */
export class VendorError extends Error {
  override readonly name = 'VendorError'
  readonly vendor: Vendor
  readonly code: string
  readonly status: number | undefined
  readonly permanent: boolean
  readonly certain: boolean
  readonly retryAfter: number | undefined
  readonly contactId: string | undefined

  constructor(message: string, init: VendorErrorInit) {
    super(message, { cause: init.cause })
    this.vendor = init.vendor
    this.code = init.code
    this.status = init.status
    this.permanent = init.permanent
    this.certain = init.certain
    this.retryAfter = init.retryAfter
    this.contactId = init.contactId
  }

  /** There was nobody to talk to: it concerns everybody, and uses up nobody's attempts. */
  get unreachable(): boolean {
    return this.certain && !this.permanent && this.status === undefined && NO_CONNECTION.test(this.code)
  }

  /** The token was refused: no call can succeed until a person changes it, so waiting does not use up attempts. */
  get unauthorized(): boolean {
    return this.status === 401
  }
}

/** Codes of a connection that never came about: nobody listens, the name was not found, TLS failed. */
const NO_CONNECTION = /^(E[A-Z]+|UND_ERR_.*|ERR_(TLS|SSL)_.*|CERT_.*|UNABLE_TO_.*|DEPTH_ZERO_.*|SELF_SIGNED_.*)$/

/** Every fault of the configuration at once. Thrown at start; the process exits with 2. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly faults: readonly string[]

  constructor(faults: readonly string[]) {
    super(faults.join('\n'))
    this.faults = faults
  }
}

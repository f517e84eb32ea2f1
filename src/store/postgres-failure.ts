/** The way to PostgreSQL broke: whatever was under way there may or may not have been done. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost'
  /** As Node or the driver calls it. */
  readonly code: string

  constructor(cause: unknown) {
    super('The connection to PostgreSQL broke.', { cause })
    this.code = codeOf(cause) || 'lost'
  }
}

/** It can be reached and used, but not be relied on as it is set up. */
export class UnfitDatabase extends Error {
  override readonly name = 'UnfitDatabase'
  readonly fault: string
  /** What a person does about it. */
  readonly cure: string

  constructor(fault: string, cure: string) {
    super(`${fault} ${cure}`)
    this.fault = fault
    this.cure = cure
  }
}

/** PostgreSQL itself reports it: https://www.postgresql.org/docs/current/errcodes-appendix.html */
function isReported(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'severity' in error && /^[0-9A-Z]{5}$/.test(codeOf(error))
}

/** Throws what PostgreSQL has reported as it is; anything else means that the connection is gone. */
export function reportedOrLost(error: unknown): never {
  throw isReported(error) ? error : new ConnectionLost(error)
}

/**
 * Classes 08, 53, 57 and 58 (connection, resources, operator, system), XX (damage), 25 of a standby or a session that was
 * ended, 40 and 55 of transactions that stood in each other's way.
 */
const STORAGE_CODES = /^(08|53|57|58|XX|40)|^(25006|25P03|55P03|28|3D000)/

/** The database failed, not what was to be stored: the same write may work later. */
export function isPostgresFailure(error: unknown): boolean {
  return error instanceof ConnectionLost || (isReported(error) && STORAGE_CODES.test(codeOf(error)))
}

/** A newer version has changed the tables under a statement that was prepared for the old ones; another connection helps. */
export const isStale = (error: unknown): boolean => isReported(error) && codeOf(error) === '0A000'

/** Two transactions stood in each other's way, and this one gave way: doing it once more is all there is to do. */
export const gaveWay = (error: unknown): boolean =>
  isStale(error) || (isReported(error) && /^(40001|40P01)$/.test(codeOf(error)))

/** A sentence for people about a database that fails. */
export function postgresTrouble(error: unknown): string {
  const code = codeOf(error)
  if (error instanceof ConnectionLost) return `PostgreSQL cannot be reached (${code}).`
  if (code === '25006')
    return 'PostgreSQL takes no writes here: this is a standby. DATABASE_URL must lead to the primary.'
  if (code === '53100') return 'The disk of PostgreSQL is full. Make room.'
  if (code === '53300') return 'PostgreSQL takes no more connections; each instance needs 13 (max_connections).'
  if (/^(40|55P03)/.test(code)) return 'PostgreSQL is too busy: a lock was not to be had in time.'
  if (/^XX00[12]/.test(code)) return `PostgreSQL reports damage (${code}). Restore a backup.`
  return `PostgreSQL cannot be used (${code}).`
}

/** The sentence for a database that cannot be opened. Nothing of its address, which holds the password. */
export function whyNotPostgres(error: unknown): string {
  const code = codeOf(error)
  if (error instanceof ConnectionLost) {
    return `PostgreSQL cannot be reached (${code}). Check host and port in DATABASE_URL, and that it runs.`
  }
  if (code.startsWith('28')) return `PostgreSQL refuses user and password of DATABASE_URL (${code}).`
  if (code === '3D000') return 'PostgreSQL has no database of the name in DATABASE_URL: create it, with ENCODING UTF8.'
  if (code === '42501') return 'The user of DATABASE_URL may not create tables: make it the owner of the database.'
  return isReported(error) ? postgresTrouble(error) : error instanceof Error ? error.message : 'unknown error'
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
}

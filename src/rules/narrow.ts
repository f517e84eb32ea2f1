/**
 * Reading JSON that others wrote: demand only what is read, let unknown keys pass, never throw. Everything missing or of
 * the wrong type is null or empty.
 */

export type Fields = Record<string, unknown>

export function fields(value: unknown): Fields {
  return isFields(value) ? value : {}
}

/** The first `limit` elements that are objects. */
export function objects(value: unknown, limit: number): Fields[] {
  return Array.isArray(value) ? value.slice(0, limit).filter(isFields) : []
}

/** A string that is not empty. */
export function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

/** An id; some payloads give numbers. */
export function id(value: unknown): string | null {
  return Number.isSafeInteger(value) ? String(value) : text(value)
}

/** Intercom's Unix seconds as Unix milliseconds. */
export function time(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value * 1000 : null
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

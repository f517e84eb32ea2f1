import type { Answer } from '../http.ts'
import { property, refuse } from './world.ts'

export interface SearchKind<T> {
  /** What a field holds: one value, several (`contact_ids`), or undefined when it is not searchable. Dates in Unix seconds. */
  read(record: T, field: string): unknown
  dates: readonly string[]
  /** Contacts are matched by calendar day: `>` means from the next day on. */
  wholeDays: boolean
}

export interface Found<T> {
  records: T[]
  total: number
  pages: unknown
}

class BadQuery extends Error {}

const OPERATORS = ['=', '!=', 'IN', 'NIN', '>', '<', '>=', '<=', '~', '!~', '^', '$']
const DAY = 86_400

/** Intercom's search language: https://developers.intercom.com/docs/references/rest-api/api.intercom.io/contacts/searchcontacts */
export function search<T>(kind: SearchKind<T>, records: T[], body: unknown, perPageDefault: number): Found<T> | Answer {
  try {
    const matches = records.filter((record) => matchesQuery(kind, record, property(body, 'query'), 0))
    const pagination = property(body, 'pagination')
    const perPage = Math.min(Number(property(pagination, 'per_page') ?? perPageDefault), 150)
    const start = Number(property(pagination, 'starting_after') ?? 0)
    const more = start + perPage < matches.length
    const page = Math.floor(start / perPage) + 1
    const next = more ? { next: { page: page + 1, starting_after: String(start + perPage) } } : {}
    const total_pages = Math.ceil(matches.length / perPage)
    return {
      records: matches.slice(start, start + perPage),
      total: matches.length,
      pages: { type: 'pages', page, per_page: perPage, total_pages, ...next },
    }
  } catch (error) {
    if (error instanceof BadQuery) return refuse(400, 'parameter_invalid', error.message)
    throw error
  }
}

function matchesQuery<T>(kind: SearchKind<T>, record: T, query: unknown, depth: number): boolean {
  const operator = property(query, 'operator')
  const value = property(query, 'value')
  if (operator !== 'AND' && operator !== 'OR') return matchesFilter(kind, record, query)
  if (!Array.isArray(value)) throw new BadQuery('value must be an array of filters')
  if (value.length > 15) throw new BadQuery('a group can have at most 15 filters')
  if (depth > 1) throw new BadQuery('filters can be nested at most twice')
  // All of them, so that a bad one is always found.
  const results = value.map((inner) => matchesQuery(kind, record, inner, depth + 1))
  return operator === 'AND' ? results.every(Boolean) : results.some(Boolean)
}

function matchesFilter<T>(kind: SearchKind<T>, record: T, filter: unknown): boolean {
  const field = property(filter, 'field')
  const operator = property(filter, 'operator')
  if (typeof field !== 'string' || typeof operator !== 'string' || !OPERATORS.includes(operator)) {
    throw new BadQuery('a filter needs field, operator and value')
  }
  const held = kind.read(record, field)
  if (held === undefined) throw new BadQuery(`${field} is not a searchable field`)
  const wanted = property(filter, 'value')
  if (kind.dates.includes(field)) return matchesDate(kind.wholeDays, Number(held ?? 0), operator, Number(wanted))
  const list = operator === 'IN' || operator === 'NIN'
  if (list !== Array.isArray(wanted)) throw new BadQuery(`${operator} ${list ? 'needs' : 'does not take'} an array`)
  const values = Array.isArray(held) ? held : [held]
  return compare(values, operator, wanted)
}

function compare(values: unknown[], operator: string, wanted: unknown): boolean {
  const same = (value: unknown, other: unknown) => value !== null && String(value) === String(other)
  const words = (test: (value: string, other: string) => boolean) =>
    values.some((value) => value !== null && test(String(value).toLowerCase(), String(wanted).toLowerCase()))
  switch (operator) {
    case '=':
      return wanted === null ? values.every((value) => value === null) : values.some((value) => same(value, wanted))
    case 'IN':
      return Array.isArray(wanted) && wanted.some((other) => values.some((value) => same(value, other)))
    case '~':
      return words((value, other) => value.includes(other))
    case '^':
      return words((value, other) => value.startsWith(other))
    case '$':
      return words((value, other) => value.endsWith(other))
    case '!=':
      return !compare(values, '=', wanted)
    case 'NIN':
      return !compare(values, 'IN', wanted)
    case '!~':
      return !compare(values, '~', wanted)
    default:
      return values.some((value) => compareNumbers(Number(value), operator, Number(wanted)))
  }
}

function matchesDate(wholeDays: boolean, held: number, operator: string, wanted: number): boolean {
  if (!wholeDays) return compareNumbers(held, operator === '>' || operator === '<' ? `${operator}=` : operator, wanted)
  if (!['=', '>', '<'].includes(operator)) throw new BadQuery(`${operator} is not supported on dates`)
  const day = (time: number) => Math.floor(time / DAY)
  return compareNumbers(day(held), operator, day(wanted))
}

function compareNumbers(held: number, operator: string, wanted: number): boolean {
  if (operator === '>') return held > wanted
  if (operator === '<') return held < wanted
  if (operator === '>=') return held >= wanted
  if (operator === '<=') return held <= wanted
  return (held === wanted) === (operator === '=')
}

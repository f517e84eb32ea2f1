import type * as z from 'zod'
import { behaviourJsonSchema } from './behaviour.ts'

/** One thing wrong with a behaviour file: where, and a sentence that continues the key's path. */
export interface BehaviourFault {
  path: PropertyKey[]
  message: string
}

const NOUNS: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a group of settings',
  record: 'a group of settings',
  array: 'a list',
}

/** Zod's error map in our words. Values are named by kind only, for some of them are secrets or templates. */
export function describeIssue(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return 'is missing'
      return `must be ${NOUNS[issue.expected] ?? issue.expected}, not ${describeKind(issue.input)}`
    case 'invalid_value':
      return issue.input === undefined ? 'is missing' : `must be ${either(issue.values)}`
    case 'too_small':
      if (issue.origin === 'string') return 'must not be empty'
      if (issue.origin === 'array') return 'must have at least one entry'
      return `must be ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`
    case 'too_big':
      return `must be at most ${issue.maximum}${issue.origin === 'string' ? ' characters long' : ''}`
    default:
      return undefined
  }
}

function describeKind(value: unknown): string {
  if (value === null) return 'empty'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a group of settings'
  return typeof value === 'string' ? 'a text' : String(value)
}

const either = (values: readonly unknown[]) => values.join(' or ')

/** Zod's tree of issues as a flat list: one fault per unknown key, the likeliest branch of a union. */
export function behaviourFaults(issues: readonly z.core.$ZodIssue[], parent: PropertyKey[] = []): BehaviourFault[] {
  return issues.flatMap((issue): BehaviourFault[] => {
    const path = [...parent, ...issue.path]
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(path, key))
    if (issue.code === 'invalid_key') return behaviourFaults(issue.issues, path)
    if (issue.code !== 'invalid_union') return [{ path, message: issue.message }]
    if ('options' in issue && issue.options) return [{ path, message: `must be ${either(issue.options)}` }]
    const entered = issue.errors.findLast((branch) =>
      branch.every(({ code, path }) => path.length > 0 || code !== 'invalid_type'),
    )
    return entered ? behaviourFaults(entered, path) : [{ path, message: issue.message }]
  })
}

function unknownKey(parent: PropertyKey[], key: string): BehaviourFault {
  const known = settingsAt(parent)
  const meant = closest(key, known)
  const hint = meant === undefined ? `settings here are ${known.join(', ')}` : `did you mean ${meant}?`
  return { path: [...parent, key], message: `is not a setting; ${hint}` }
}

type Schema = z.core.JSONSchema.BaseSchema
const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null

const branches = (schema: Schema): Schema[] =>
  [schema, ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].filter(isSchema)

/** The names of the settings at a place, from the JSON Schema. */
function settingsAt(path: PropertyKey[]): string[] {
  let places = branches(behaviourJsonSchema())
  for (const step of path) {
    places = places
      .map((place) => (typeof step === 'number' ? place.items : place.properties?.[String(step)]))
      .filter(isSchema)
      .flatMap(branches)
  }
  const names = places.flatMap((place) =>
    isSchema(place.propertyNames) ? (place.propertyNames.enum ?? []).map(String) : Object.keys(place.properties ?? {}),
  )
  return [...new Set(names)]
}

/** The candidate a slip of the finger away from `word`, if any. */
function closest(word: string, candidates: string[]): string | undefined {
  const limit = Math.max(2, Math.floor(word.length / 3))
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= limit && distance < candidate.length && candidate !== word)
    .sort((a, b) => a.distance - b.distance)
  return ranked[0]?.candidate
}

/** Levenshtein's distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (const [index, letter] of [...a].entries()) {
    const next = [index + 1]
    for (const [column, other] of [...b].entries()) {
      const replaced = (row[column] ?? 0) + (letter === other ? 0 : 1)
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}

import { containsWords, evenly, wholeTextIn } from './keywords.ts'

/** A rule under `routing` of the behaviour file. */
export interface Rule {
  when: {
    to?: string | undefined
    country?: string | undefined
    contains?: string | undefined
    keyword?: string | undefined
  }
  then: {
    team?: string | undefined
    admin?: string | undefined
    tag?: string | undefined
    priority?: boolean | undefined
    note?: string | undefined
  }
}

/** The text that opens a conversation. */
export interface Opening {
  /** Our number. */
  to: string
  /** ISO 3166-1 alpha-2; undefined when nobody knows. */
  country: string | undefined
  body: string
}

/** The first rule all of whose conditions hold; one without conditions always does. */
export function ruleFor(rules: readonly Rule[], text: Opening): Rule | null {
  return rules.find(({ when }) => holds(when, text)) ?? null
}

function holds({ to, country, contains, keyword }: Rule['when'], text: Opening): boolean {
  return (
    (to === undefined || to === text.to) &&
    (country === undefined || country === text.country) &&
    (contains === undefined || containsWords(text.body, contains)) &&
    (keyword === undefined || wholeTextIn(text.body, [keyword]) !== null)
  )
}

/** Who can be given a conversation. */
export interface Assignee {
  id: string
  name: string
}

/** Whose id or name this is; null when it is nobody's, or the name of several. Case and outer spaces do not count. */
export function assigneeIn(known: readonly Assignee[], idOrName: string): Assignee | null {
  const byId = known.find(({ id }) => id === idOrName)
  if (byId) return byId
  const wanted = evenly(idOrName.trim())
  const [named, ...more] = known.filter(({ name }) => evenly(name.trim()) === wanted)
  return named && more.length === 0 ? named : null
}

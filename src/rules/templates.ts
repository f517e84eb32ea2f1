import { createRequire } from 'node:module'
import type { Liquid } from 'liquidjs'

const require = createRequire(import.meta.url)

let loaded: Liquid | undefined

/**
 * Texts for people as Liquid templates: https://liquidjs.com. A template reads no files and can neither run on nor grow
 * without end. Loaded with the first one: most teams have none, and a bridge without it takes 7 MB less.
 */
function liquid(): Liquid {
  const { Liquid }: typeof import('liquidjs') = require('liquidjs')
  loaded ??= new Liquid({ strictFilters: true, templates: {}, renderLimit: 100, memoryLimit: 1_000_000 })
  return loaded
}

/** What a template may name; whatever is not known is empty. */
export interface Known {
  /** The customer's name in Intercom. */
  contactName?: string | null
  agentName?: string | null
  /** Our number. */
  number: string
}

export interface Rendered {
  text: string
  /** What is wrong with the template, when it could not be rendered. */
  fault?: string
}

/** Why this is no Liquid template; undefined when it is one. Its syntax and filters are checked, its variables are not. */
export function templateFault(template: string): string | undefined {
  try {
    liquid().parse(template)
    return undefined
  } catch (error) {
    return reason(error)
  }
}

/** The text that a template makes. One that fails is taken without its tags: most of the words are better than none. */
export function render(template: string, known: Known): Rendered {
  try {
    return { text: String(liquid().parseAndRenderSync(template, scopeOf(known))).trim() }
  } catch (error) {
    const words = template.replace(/\{\{.*?\}\}|\{%.*?%\}/gs, '').replace(/ {2,}/g, ' ')
    return { text: words.trim(), fault: reason(error) }
  }
}

/** Whether a template names the customer, who may not be known yet. */
export const namesContact = (template: string): boolean => /\{[{%][^}]*\bcontact\b/.test(template)

function scopeOf({ contactName, agentName, number }: Known) {
  return { contact: person(contactName), agent: person(agentName), number }
}

/** A name without a letter is a phone number, which nobody wants to be called. */
function person(given: string | null | undefined) {
  const name = given && /\p{L}/u.test(given) ? given.trim() : ''
  return { name, first_name: name.split(/\s+/, 1)[0] }
}

/** liquidjs counts lines inside the template, which would contradict those of the file it stands in. */
function reason(error: unknown): string {
  return error instanceof Error ? error.message.replace(/, line:\d+, col:\d+$/, '') : String(error)
}

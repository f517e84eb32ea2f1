import { lines, note } from './notes.ts'
import { escapeHtml } from './text.ts'

/** The internal notes about who wants texts and who does not. Everything that comes from outside is escaped. */

const SOURCES: Record<string, string> = {
  keyword: 'by text',
  carrier: 'by text',
  '21610': 'at the carrier, as Twilio reports',
  agent: 'as an agent noted',
  api: 'through the API',
  import: 'in an imported list',
}

/** Who said so, in words: "by text". */
export const sourceOf = (source: string): string => SOURCES[source] ?? source

/** `words`: what the customer texted, where it is more than a keyword. */
interface Change {
  source: string
  words?: string | undefined
}

export function optedOut({ source, words }: Change): string {
  const now =
    source === 'agent'
      ? 'Replies here are not texted any more. The note /optin takes this back.'
      : 'Replies here are not texted any more. The customer can change this by texting START.'
  return note(`The customer has opted out of texts, ${escapeHtml(sourceOf(source))}.`, `${quoted(words)}${now}`)
}

export function optedIn({ source, words }: Change): string {
  const happened = `The customer may be texted again, ${escapeHtml(sourceOf(source))}.`
  return note(happened, `${quoted(words)}Replies here are texted.`)
}

const UNCHANGED = {
  stop: {
    does: 'forbids texts',
    next: 'They were forbidden already: replies here are not texted. The customer can change this by texting START.',
  },
  start: { does: 'allows texts', next: 'They were allowed already, so nothing changes.' },
  help: {
    does: 'asks for help',
    next: 'It is answered automatically where that is set up; if the customer needs more, that is up to you.',
  },
}

/** A keyword that changed nothing: what the customer said is not for machines alone. */
export function keywordTexted({ body, consent }: { body: string; consent: keyof typeof UNCHANGED }): string {
  const { does, next } = UNCHANGED[consent]
  return note(`The customer texted “${lines(body)}”, which ${does}.`, next)
}

/** Free wording is never acted upon by itself. */
export function maybeOptOut(): string {
  return note(
    'This sounds like a wish to get no more texts.',
    'If it is, write the note /optout here: from then on nothing is texted to this customer.',
  )
}

const quoted = (words?: string) => (words === undefined ? '' : `The customer wrote “${lines(words)}”. `)

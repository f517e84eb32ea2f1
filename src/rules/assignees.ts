import type { Behaviour } from '../config/behaviour.ts'
import type { AssigneeKind } from '../flows/ports.ts'
import { type Assignee, assigneeIn } from './routing.ts'

/** A team or teammate that the behaviour file names, and where. */
export interface NamedAssignee {
  key: string
  kind: AssigneeKind
  name: string
}

/** As many names as a person reads through. */
const NAMES_SHOWN = 20

export function assigneesIn({ routing, survey }: Pick<Behaviour, 'routing' | 'survey'>): NamedAssignee[] {
  const all = [
    ...routing.flatMap(({ then }, index) => [
      { key: `routing[${index}].then.team`, kind: 'team' as const, name: then.team },
      { key: `routing[${index}].then.admin`, kind: 'admin' as const, name: then.admin },
    ]),
    { key: 'survey.team', kind: 'team' as const, name: survey?.team },
  ]
  return all.filter((one): one is NamedAssignee => one.name !== undefined)
}

/** True when the name or id is that of exactly one of those who are there. */
export const isAssignee = ({ name }: NamedAssignee, known: readonly Assignee[]): boolean =>
  assigneeIn(known, name) !== null

/** Whom a rule may name, as the end of a sentence. */
export function assigneesInWords(known: readonly Assignee[]): string {
  const names = known.slice(0, NAMES_SHOWN).map((one) => `${one.name} (${one.id})`)
  return names.length > 0 ? `it knows ${names.join(', ')}` : 'it has none'
}

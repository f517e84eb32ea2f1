import type { Behaviour } from '../config/behaviour.ts'
import { ConfigError, VendorError } from '../errors.ts'
import { type Assignee, assigneeIn } from '../rules/routing.ts'
import type { Ctx } from './context.ts'
import type { AssigneeKind } from './ports.ts'

/** A team or teammate that the behaviour file names, and where. */
interface Named {
  key: string
  kind: AssigneeKind
  name: string
}

/** As many names as a person reads through. */
const NAMES_SHOWN = 20

/**
 * Whoever the rules send conversations to must be there. Asked only where a rule names somebody; an Intercom that does not
 * answer is no fault of the file, and keeps nobody from taking in texts.
 * @throws ConfigError with a sentence for each rule
 */
export async function checkAssignees(ctx: Pick<Ctx, 'config' | 'intercom' | 'log'>): Promise<void> {
  const named = assigneesIn(ctx.config.behaviour)
  const kinds = [...new Set(named.map(({ kind }) => kind))]
  const lists = new Map<AssigneeKind, Assignee[]>()
  try {
    await Promise.all(kinds.map(async (kind) => lists.set(kind, await ctx.intercom.assignees(kind))))
  } catch (err) {
    if (!(err instanceof VendorError)) throw err
    ctx.log.warn(
      { err },
      'Intercom did not answer at start; whether the teams and admins of the rules exist is not known',
    )
  }
  const faults = named.flatMap((one) => faultOf(one, lists.get(one.kind)))
  if (faults.length > 0) throw new ConfigError(faults)
}

function assigneesIn({ routing, survey }: Behaviour): Named[] {
  const all = [
    ...routing.flatMap(({ then }, index) => [
      { key: `routing[${index}].then.team`, kind: 'team' as const, name: then.team },
      { key: `routing[${index}].then.admin`, kind: 'admin' as const, name: then.admin },
    ]),
    { key: 'survey.team', kind: 'team' as const, name: survey?.team },
  ]
  return all.filter((one): one is Named => one.name !== undefined)
}

function faultOf({ key, kind, name }: Named, known: Assignee[] | undefined): string[] {
  if (!known || assigneeIn(known, name)) return []
  const names = known.slice(0, NAMES_SHOWN).map((one) => `${one.name} (${one.id})`)
  const there = names.length > 0 ? `it knows ${names.join(', ')}` : 'it has none'
  return [`${key}: "${name}" is not the id or the name of exactly one ${kind} in Intercom; ${there}`]
}

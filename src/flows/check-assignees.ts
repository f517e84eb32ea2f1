import { ConfigError, VendorError } from '../errors.ts'
import { assigneesIn, assigneesInWords, isAssignee, type NamedAssignee } from '../rules/assignees.ts'
import type { Assignee } from '../rules/routing.ts'
import type { Ctx } from './context.ts'
import type { AssigneeKind } from './ports.ts'

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

function faultOf(named: NamedAssignee, known: Assignee[] | undefined): string[] {
  if (!known || isAssignee(named, known)) return []
  const { key, kind, name } = named
  return [`${key}: "${name}" is not the id or the name of exactly one ${kind} in Intercom; ${assigneesInWords(known)}`]
}

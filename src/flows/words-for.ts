import { type Known, render } from '../rules/templates.ts'
import { findContact } from '../store/contacts.ts'
import type { Tx } from '../store/database.ts'
import type { Thread } from '../store/threads.ts'
import { traced } from '../trace.ts'
import type { Ctx } from './context.ts'

/**
 * A template of the behaviour file in words for this customer, trimmed. One that cannot be rendered is logged, and taken
 * without its tags.
 * @param more what is not in our rows; a `contactName` goes before the one that is
 */
export async function wordsFor(
  ctx: Pick<Ctx, 'log'>,
  tx: Tx,
  template: string,
  { customer, number }: Pick<Thread, 'customer' | 'number'>,
  more: Partial<Known> = {},
): Promise<string> {
  if (template === '') return ''
  const contactName = (await findContact(tx, customer))?.name ?? null
  const { text, fault } = render(template, { contactName, number, ...more })
  if (fault !== undefined)
    ctx.log.warn({ ...traced(tx), customer, fault }, 'A template could not be rendered; its tags were left out')
  return text
}

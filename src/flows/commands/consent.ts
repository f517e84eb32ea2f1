import { alreadyOptedIn, alreadyOptedOut } from '../../rules/command-notes.ts'
import { optedIn, optedOut } from '../../rules/consent-notes.ts'
import type { Tx } from '../../store/database.ts'
import { openConversationOf, type Thread } from '../../store/threads.ts'
import { allowTexts, stopTexts } from '../consent.ts'
import type { Ctx } from '../context.ts'
import { actorOf, answer, type Given, type Run } from './command.ts'

const SOURCE = 'agent'

/** `/optout why`: nothing is texted to the customer any more from the number of this conversation, or from any. */
export const optOut: Run = async (ctx, tx, given) => {
  const reason = given.argument.slice(0, 100) || 'as an agent noted'
  const changed = await stopTexts(ctx, tx, meant(ctx, given), { source: SOURCE, reason, actor: actorOf(given) })
  await confirm(ctx, tx, given, changed ? optedOut({ source: SOURCE }) : alreadyOptedOut(), changed)
}

/** `/optin`: the customer may be texted again from the number of this conversation, or from every one. */
export const optIn: Run = async (ctx, tx, given) => {
  const changed = await allowTexts(ctx, tx, meant(ctx, given), { source: SOURCE, actor: actorOf(given) })
  await confirm(ctx, tx, given, changed ? optedIn({ source: SOURCE }) : alreadyOptedIn(), changed)
}

/** Where a conversation is with all our numbers, an agent cannot be expected to know which of them was meant. */
function meant(ctx: Ctx, { thread }: Given): Pick<Thread, 'customer' | 'number'> {
  const withAll = ctx.config.behaviour.threads.scope === 'customer'
  return { customer: thread.customer, number: withAll ? '' : thread.number }
}

/** A change is noted in the open conversation of the thread already, which mostly is this one. */
async function confirm(ctx: Ctx, tx: Tx, given: Given, html: string, changed: boolean): Promise<void> {
  const noted = changed && (await openConversationOf(tx, given.thread)) === given.note.conversationId
  if (!noted) await answer(ctx, tx, given, html)
}

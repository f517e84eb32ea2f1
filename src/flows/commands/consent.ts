import { alreadyOptedIn, alreadyOptedOut } from '../../rules/command-notes.ts'
import { optedIn, optedOut } from '../../rules/notes.ts'
import type { Tx } from '../../store/database.ts'
import { openConversationOf } from '../../store/threads.ts'
import { allowTexts, stopTexts } from '../consent.ts'
import type { Ctx } from '../context.ts'
import { actorOf, answer, type Given, type Run } from './command.ts'

const SOURCE = 'agent'

/** `/optout why`: nothing is texted to the customer any more from the number of this conversation, or from any. */
export const optOut: Run = async (ctx, tx, given) => {
  const forAll = ctx.config.behaviour.threads.scope === 'customer'
  const thread = { ...given.thread, number: forAll ? '' : given.thread.number }
  const reason = given.argument.slice(0, 100) || 'as an agent noted'
  const changed = await stopTexts(ctx, tx, thread, { source: SOURCE, reason, actor: actorOf(given) })
  await confirm(ctx, tx, given, changed ? optedOut({ source: SOURCE }) : alreadyOptedOut(), changed)
}

/** `/optin`: the customer may be texted again. */
export const optIn: Run = async (ctx, tx, given) => {
  const changed = await allowTexts(ctx, tx, given.thread, { source: SOURCE, actor: actorOf(given) })
  await confirm(ctx, tx, given, changed ? optedIn({ source: SOURCE }) : alreadyOptedIn(), changed)
}

/** A change is noted in the open conversation of the thread already, which mostly is this one. */
async function confirm(ctx: Ctx, tx: Tx, given: Given, html: string, changed: boolean): Promise<void> {
  const noted = changed && (await openConversationOf(tx, given.thread)) === given.note.conversationId
  if (!noted) await answer(ctx, tx, given, html)
}

import { nextGoesOn, nextStartsNew } from '../../rules/command-notes.ts'
import { keepConversation, setNextText } from '../../store/threads.ts'
import { answer, type Run } from './command.ts'

/** `/new`: the customer's next text starts a new conversation. */
export const startNew: Run = async (ctx, tx, given) => {
  await setNextText(tx, given.thread.id, 'new')
  await answer(ctx, tx, given, nextStartsNew())
}

/** `/continue`: the customer's next text goes on in this conversation, whatever its age. */
export const continueHere: Run = async (ctx, tx, given) => {
  await keepConversation(tx, given.thread.id, given.note.conversationId, ctx.now())
  await answer(ctx, tx, given, nextGoesOn())
}

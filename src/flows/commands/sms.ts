import { hasOptedOut, noteTexted, startingIsOff, wordsMissing } from '../../rules/command-notes.ts'
import { formatForPeople } from '../../rules/phone.ts'
import { toSmsText } from '../../rules/text.ts'
import { isOptedOut } from '../../store/opt-outs.ts'
import { attachmentsOf } from '../attachments.ts'
import type { Ctx } from '../context.ts'
import type { ReplySent } from '../facts.ts'
import { relayReply } from '../reply-sent.ts'
import { answer, type Run } from './command.ts'

/** `/sms words`: the words, and what is attached to the note, go to the customer as a reply would. */
export const textNote: Run = async (ctx, tx, given) => {
  const { thread, note, word, lane } = given
  const { customer, number } = thread
  const refusal = whyNotTexted(ctx, note, word) ?? ((await isOptedOut(tx, customer, number)) ? hasOptedOut() : null)
  if (refusal) return answer(ctx, tx, given, refusal)
  if (!(await relayReply(ctx, tx, thread, wordsOf(note, word), lane))) return
  await answer(ctx, tx, given, noteTexted({ customer: formatForPeople(customer) }))
}

/** The note that says why a `/sms` cannot be obeyed, as far as the note alone tells. */
export function whyNotTexted(ctx: Ctx, note: ReplySent, word: string): string | null {
  if (ctx.config.behaviour.startFromInbox === 'off') return startingIsOff()
  const words = wordsOf(note, word)
  const nothing = toSmsText(words.body).text.trim() === '' && attachmentsOf(words).length === 0
  return nothing ? wordsMissing() : null
}

/** The note as a reply: without the command in front. */
export function wordsOf(note: ReplySent, word: string): ReplySent {
  return { ...note, body: note.body.replace(`/${word}`, '').trimStart() }
}

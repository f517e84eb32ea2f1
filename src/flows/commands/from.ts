import { notOurNumber, numberIsFixed, repliesLeaveFrom } from '../../rules/command-notes.ts'
import { channelOf, formatForPeople, normalizeAddress } from '../../rules/phone.ts'
import { nameNumber } from '../../store/conversations.ts'
import { setNumber } from '../../store/threads.ts'
import { answer, type Run } from './command.ts'

/** `/from number`: replies leave from another of our numbers, where a customer's thread is for all of them. */
export const from: Run = async (ctx, tx, given) => {
  const { thread, argument, note } = given
  const { config } = ctx
  const number = formatForPeople(thread.number)
  if (config.behaviour.threads.scope !== 'customer') return answer(ctx, tx, given, numberIsFixed({ number }))
  const wanted = normalizeAddress(argument, config.defaultCountry)
  // A customer on WhatsApp cannot be reached from a telephone number, nor the other way round.
  const ours = config.twilio.phoneNumbers.filter((own) => channelOf(own, 0) === channelOf(thread.customer, 0))
  if (!ours.includes(wanted)) {
    const asked = argument === '' ? null : argument
    return answer(ctx, tx, given, notOurNumber({ asked, number, ours: ours.map(formatForPeople) }))
  }
  await setNumber(tx, thread.id, wanted, ctx.now())
  // So that a text to the former number is told of again.
  await nameNumber(tx, note.conversationId, wanted)
  await answer(ctx, tx, given, repliesLeaveFrom({ number: formatForPeople(wanted) }))
}

import { COMMANDS } from './commands.ts'
import { note } from './notes.ts'
import { escapeHtml } from './text.ts'

/** The answers to agents' commands, and what else they set going. Numbers as people write them; texts are escaped here. */

const LIST = Object.entries(COMMANDS).map(([name, does]) => `/${name} (${does})`)

export function unknownCommand({ word }: { word: string }): string {
  return note(`“/${escapeHtml(word)}” is no command, so nothing was done.`, `There are: ${LIST.join(', ')}.`)
}

/** For every command but the one that starts texting. */
export function notTextedHere(): string {
  return note(
    'This conversation is not texted, so nothing was done.',
    'Write the note in the conversation with the customer’s texts, or begin texting here with the note /sms and your words.',
  )
}

export function wordsMissing(): string {
  return note('There is nothing to text.', 'Write your words behind the command, as in: /sms Your order is here.')
}

export function startingIsOff(): string {
  return note(
    'Texting from a note is switched off in this workspace, so nothing was texted.',
    'Answer in the conversation with the customer’s texts, or wait until the customer writes.',
  )
}

export function noteTexted({ customer }: { customer: string }): string {
  return note(`The note above is being texted to ${escapeHtml(customer)}.`, 'Should it not arrive, a note will say so.')
}

/** `number` is null where a Messaging Service chooses it. */
export function texting({ customer, number }: { customer: string; number: string | null }): string {
  const from = number === null ? '' : ` from ${escapeHtml(number)}`
  return note(
    `This conversation is with ${escapeHtml(customer)} by text now.`,
    `Replies here are texted${from}, and the customer’s answers arrive here.`,
  )
}

export function textedElsewhere({ customer, link }: { customer: string; link: string }): string {
  return note(
    `Your words are being texted to ${escapeHtml(customer)}, with whom a text conversation is open.`,
    `The answer arrives in <a href="${escapeHtml(link)}">that conversation</a>: go on there. Replies here are not texted.`,
  )
}

export function notTextedElsewhere({ link }: { link: string }): string {
  return note(
    'Your words were not texted.',
    `A note in the <a href="${escapeHtml(link)}">text conversation with the customer</a> says why.`,
  )
}

/** In the conversation that is open. `words` were written as a note elsewhere. */
export function textedFromElsewhere({ words, link }: { words: string; link: string }): string {
  return note(
    'A teammate texts the customer from another conversation:',
    `“${escapeHtml(words)}” (<a href="${escapeHtml(link)}">there</a>). The customer’s answer arrives here.`,
  )
}

/** In the conversation that is left behind. */
export function goesOnInStarted({ next }: { next: string }): string {
  return note(
    'A teammate has begun another text conversation with this customer.',
    `The customer’s next texts arrive in <a href="${escapeHtml(next)}">the new conversation</a>. Replies here are still texted.`,
  )
}

export function noPhone(): string {
  return note(
    'Nothing was texted: the contact has no phone number that can be texted.',
    'Add the number, with its country code, to the contact, then write the note /sms and your words.',
  )
}

export function severalPhones({ names }: { names: string[] }): string {
  return note(
    'Nothing was texted: several people in this conversation have a phone number.',
    `They are ${names.map(escapeHtml).join(', ')}. Write the note /sms in a conversation with the one who is meant.`,
  )
}

/** `sentence` says why. */
export function notStarted({ sentence }: { sentence: string }): string {
  return note('Nothing was texted.', `${escapeHtml(sentence)} Write the note /sms and your words to try again.`)
}

export function hasOptedOut(): string {
  return note(
    'Nothing was texted: the customer has opted out of texts.',
    'Reach the customer another way. An opt-out ends when the customer texts START, or with the note /optin.',
  )
}

export function nextStartsNew(): string {
  return note('The customer’s next text starts a new conversation.', 'The note /continue takes this back.')
}

export function nextGoesOn(): string {
  return note(
    'The customer’s next text goes on in this conversation, however old it is by then.',
    'The note /new makes it start a new one.',
  )
}

export function numberTexted({ number }: { number: string }): string {
  return note(
    `The text above came to another number of ours: ${escapeHtml(number)}.`,
    'Replies leave from the number the customer texted last. The note /from with one of our numbers changes that.',
  )
}

export function repliesLeaveFrom({ number }: { number: string }): string {
  return note(
    `Replies leave from ${escapeHtml(number)} now.`,
    'When the customer texts another of our numbers, replies leave from that one.',
  )
}

/** `asked` is null when the command names none. */
export function notOurNumber(o: { asked: string | null; number: string; ours: string[] }): string {
  const happened = o.asked === null ? 'No number was named' : `${escapeHtml(o.asked)} cannot be used`
  const [first, ...others] = o.ours.map(escapeHtml)
  const next =
    first === undefined
      ? 'A Messaging Service chooses among its numbers, so none can be named here.'
      : `Name one of ours as in: /from ${first}. Ours are ${[first, ...others].join(', ')}.`
  return note(`${happened}, so replies still leave from ${escapeHtml(o.number)}.`, next)
}

export function numberIsFixed({ number }: { number: string }): string {
  return note(
    `Replies here leave from ${escapeHtml(number)}, the number the customer texted.`,
    'Each of our numbers has conversations of its own in this workspace. Whoever runs the bridge can join them.',
  )
}

export function alreadyOptedOut(): string {
  return note('The customer had opted out of texts already.', 'Nothing is texted. The note /optin ends it.')
}

export function alreadyOptedIn(): string {
  return note('The customer had not opted out of texts.', 'Replies here are texted.')
}

export function switchSent(): string {
  return note(
    'Intercom is texting the customer a link into the Messenger.',
    'What the customer writes there comes in a Messenger conversation, not here.',
  )
}

/** `sentence` says why. */
export function switchNotSent({ sentence }: { sentence: string }): string {
  return note(
    'The link into the Messenger was not texted.',
    `${escapeHtml(sentence)} Go on by text, or send the customer a link of your own.`,
  )
}

export function switchUnknown(): string {
  return note(
    'The link into the Messenger may or may not have been texted.',
    'Intercom did not answer, and it cannot be looked up. If the customer does not come, write the note /switch again.',
  )
}

export function switchNeedsPhone(): string {
  return note(
    'The link into the Messenger was not texted.',
    'Intercom sends it to phone numbers only, and this customer writes from another kind of address.',
  )
}

/** In a conversation that the customer was taken out of. */
export function customerDetached(): string {
  return note(
    'The customer who was texted here is no longer in this conversation.',
    'Replies here are not texted any more; the customer’s next text starts a new conversation.',
  )
}

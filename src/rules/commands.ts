import { toSmsText } from './text.ts'

/** What agents can write as a note, with what each does, as the notes explain it. */
export const COMMANDS = {
  sms: 'text the customer',
  new: 'the next text starts a new conversation',
  continue: 'the next text goes on in this conversation, whatever its age',
  from: 'reply from another of our numbers',
  optout: 'text the customer no more',
  optin: 'text the customer again',
  switch: 'text the customer a link into the Messenger',
} as const

export type CommandName = keyof typeof COMMANDS

export interface Command {
  /** As it was written, without the slash. */
  word: string
  /** Null when there is no such command. */
  name: CommandName | null
  /** Everything behind the word, lines and all; empty when there is nothing. */
  argument: string
}

/**
 * A note that is meant for the bridge: a slash, a word, and what it needs. Null for every other note, paths such as
 * `/etc/hosts` among them.
 * @param body HTML or plain text, as Intercom tells it
 */
export function readCommand(body: string): Command | null {
  const words = toSmsText(body).text.replace(/^[\s\p{Cf}]+/u, '')
  const [, word, rest = ''] = /^\/([^\s/]{1,30})(?:\s([\s\S]*))?$/.exec(words.trimEnd()) ?? []
  if (word === undefined) return null
  const name = word.toLowerCase()
  return { word, name: isCommand(name) ? name : null, argument: rest.trim() }
}

function isCommand(name: string): name is CommandName {
  return Object.hasOwn(COMMANDS, name)
}

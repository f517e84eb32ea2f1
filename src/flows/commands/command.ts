import type { Actor } from '../../store/audit.ts'
import type { Tx } from '../../store/database.ts'
import type { Thread } from '../../store/threads.ts'
import type { Ctx } from '../context.ts'
import type { ReplySent } from '../facts.ts'
import { addNote } from '../post-note.ts'

/** A command in a conversation of the customer's. */
export interface Given {
  thread: Thread
  note: ReplySent
  /** As it was written, without the slash. */
  word: string
  argument: string
  /** Of the conversation. */
  lane: string
}

/** Does what the command says and answers it with one note. */
export type Run = (ctx: Ctx, tx: Tx, given: Given) => Promise<void>

/** Who wrote the command. */
export const actorOf = ({ note }: Pick<Given, 'note'>): Actor => `agent ${note.author.id}`

/** The answer, where the command was written. */
export function answer(ctx: Ctx, tx: Tx, { thread, note }: Given, html: string): Promise<void> {
  return addNote(ctx, tx, { thread, messageId: null, conversationId: note.conversationId, html })
}

import { addEffects } from '../../queue/jobs.ts'
import type { Decision, Fact } from '../../queue/work.ts'
import { notTextedHere, unknownCommand } from '../../rules/command-notes.ts'
import { type Command, type CommandName, readCommand } from '../../rules/commands.ts'
import { audit } from '../../store/audit.ts'
import type { Tx } from '../../store/database.ts'
import { isOurNote } from '../../store/notes.ts'
import { threadOfConversation } from '../../store/threads.ts'
import { traced } from '../../trace.ts'
import type { Ctx } from '../context.ts'
import type { ReplySent } from '../facts.ts'
import { addNoteIn } from '../post-note.ts'
import { LOOK_AGAIN_MS, mayBeOurs } from '../reply-sent.ts'
import { actorOf, answer, type Run } from './command.ts'
import { optIn, optOut } from './consent.ts'
import { from } from './from.ts'
import { continueHere, startNew } from './next-text.ts'
import { textNote, whyNotTexted, wordsOf } from './sms.ts'
import { switchToMessenger } from './switch.ts'

const RUN: Record<CommandName, Run> = {
  sms: textNote,
  new: startNew,
  continue: continueHere,
  from,
  optout: optOut,
  optin: optIn,
  switch: switchToMessenger,
}

/** A teammate wrote a note that begins with a slash: a command, which is done and answered by a note, once. */
export async function noteWritten(ctx: Ctx, tx: Tx, fact: Fact): Promise<Decision> {
  const note: ReplySent = JSON.parse(fact.body)
  const command = readCommand(note.body)
  if (!command || (await isOurNote(tx, note.partId))) return 'done'
  // Asked first: an opening that ends between the two questions must not be missed by both.
  const mayBe = await mayBeOurs(tx, note.contactIds)
  const thread = await threadOfConversation(tx, note.conversationId)
  if (!thread && mayBe) return { waitMs: LOOK_AGAIN_MS }
  ctx.log.info(
    { ...traced(tx), fact: fact.id, conversation: note.conversationId, part: note.partId, command: command.name },
    'command',
  )
  if (command.name) {
    await audit(tx, {
      at: ctx.now(),
      actor: actorOf({ note }),
      action: 'command.given',
      target: `conversation ${note.conversationId}`,
      ...(thread ? { phone: thread.customer } : {}),
      details: { command: command.name },
    })
  }
  if (!thread) await outside(ctx, tx, fact, note, command)
  else {
    const given = { thread, note, word: command.word, argument: command.argument, lane: fact.lane }
    if (command.name) await RUN[command.name](ctx, tx, given)
    else await answer(ctx, tx, given, unknownCommand({ word: command.word }))
  }
  return 'done'
}

/**
 * In a conversation that is none of ours there is one thing to command: to begin texting. Other words behind a slash are
 * the team's own affair there, unless they are plainly meant for the bridge.
 */
async function outside(ctx: Ctx, tx: Tx, { lane }: Fact, note: ReplySent, command: Command): Promise<void> {
  if (command.name === null) return
  const { conversationId } = note
  const refusal = command.name === 'sms' ? whyNotTexted(ctx, note, command.word) : notTextedHere()
  if (refusal) return addNoteIn(ctx, tx, { conversationId, lane, html: refusal })
  const reply = wordsOf(note, command.word)
  await addEffects(tx, [{ kind: 'texting.start', lane, body: { by: 'note', reply } }], ctx.now())
}

import type { Decision, Fact } from '../queue/work.ts'
import { customerDetached } from '../rules/command-notes.ts'
import { findContact, forgetContact, replaceContact } from '../store/contacts.ts'
import { giveUpConversation, leaveConversationsOf, writerOf } from '../store/conversations.ts'
import type { Tx } from '../store/database.ts'
import { threadOfConversation } from '../store/threads.ts'
import type { Ctx } from './context.ts'
import type { ContactChanged, ContactDetached } from './facts.ts'
import { addNote } from './post-note.ts'

/** A contact was archived, deleted or merged in Intercom. One that is none of ours has no row to change. */
export async function contactChanged(ctx: Ctx, tx: Tx, fact: Fact): Promise<Decision> {
  const changed: ContactChanged = JSON.parse(fact.body)
  const { contactId } = changed
  if (changed.change === 'merged') await replaceContact(tx, { from: contactId, into: changed.into }, ctx.now())
  else {
    // What belonged to a deleted contact takes no more texts; an archived one is brought back with its conversations.
    if (changed.change === 'deleted') await leaveConversationsOf(tx, contactId, ctx.now())
    await forgetContact(tx, contactId)
  }
  return 'done'
}

/** Somebody was taken out of a conversation. Where it was the customer, what is written there is for the others. */
export async function contactDetached(ctx: Ctx, tx: Tx, fact: Fact): Promise<Decision> {
  const { conversationId, contactId }: ContactDetached = JSON.parse(fact.body)
  const thread = await threadOfConversation(tx, conversationId)
  if (!thread) return 'done'
  const writer = (await writerOf(tx, conversationId)) ?? (await findContact(tx, thread.customer))?.contactId
  if (writer !== contactId) return 'done'
  await giveUpConversation(tx, conversationId, ctx.now())
  await addNote(ctx, tx, { thread, messageId: null, conversationId, html: customerDetached() })
  return 'done'
}

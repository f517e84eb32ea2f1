import { bodyFault, type Draft } from '../rules/canvas/draft.ts'
import { formatLocal } from '../rules/local-time.ts'
import { textedFromSidebar } from '../rules/notes.ts'
import { sendTime } from '../rules/send-time.ts'
import { audit } from '../store/audit.ts'
import type { Tx } from '../store/database.ts'
import { messageById, messageByKey } from '../store/messages.ts'
import { openConversationOf, threadById } from '../store/threads.ts'
import type { Ctx } from './context.ts'
import { manage } from './manage-conversation.ts'
import { addNote } from './post-note.ts'
import { requestMessage } from './request-message.ts'
import type { Outcome, SidebarRequest } from './sidebar.ts'
import type { Pair } from './sidebar-state.ts'

interface Sending {
  /** The same press again is the same text. */
  press: string
  pair: Pair
  draft: Draft
}

/**
 * A teammate's text from the sidebar. It is no part of a conversation, since Intercom would tell us of it as of any reply
 * and it would be texted again: an internal note shows it. Going on in the open conversation, that is all; else the
 * customer's answer begins a new one, which gets the subject for its title, and the open one is closed once Twilio has the text.
 */
export async function sendFromSidebar(ctx: Ctx, tx: Tx, request: SidebarRequest, o: Sending): Promise<Outcome> {
  const key = `sidebar:${o.press}`
  const known = await messageByKey(tx, key)
  if (known !== null) return pressedAgain(tx, known, o.draft)
  const zone = ctx.config.behaviour.hours?.timezone ?? 'UTC'
  const time = sendTime({ choice: o.draft.when, written: o.draft.at, zone, now: ctx.now() })
  const fault = bodyFault(o.draft.body, ctx.config.behaviour.replies.maxSegments)
  if (fault !== null) return refused(fault)
  if ('fault' in time) return refused(time.fault)
  const result = await write(ctx, tx, request, { ...o, key, at: time.at, zone })
  if (result !== null) return refused(result)
  const words =
    time.at === null ? 'The text is on its way.' : `The text waits until ${formatLocal(time.at, zone)} (${zone}).`
  return { notice: { words }, sent: true, spent: true }
}

/** The sentence says why it was refused; null when it was not. */
async function write(
  ctx: Ctx,
  tx: Tx,
  request: SidebarRequest,
  { pair, draft, key, at, zone }: Sending & { key: string; at: number | null; zone: string },
): Promise<string | null> {
  const open = pair.thread && draft.conversation === 'continue' ? await openConversationOf(tx, pair.thread) : null
  const conversationId = open ?? request.conversationId
  const title = draft.subject
  const result = await requestMessage(ctx, tx, {
    to: pair.customer,
    from: pair.sender || undefined,
    body: draft.body,
    mediaUrls: [],
    origin: open === null ? 'opening' : 'command',
    key,
    ...(at === null ? {} : { sendAt: at }),
    ...(conversationId === null ? {} : { conversationId }),
    ...(open === null && title ? { title } : {}),
  })
  if ('refused' in result) return result.message
  const { messageId } = result
  await audit(tx, {
    at: ctx.now(),
    actor: `agent ${request.teammate.id}`,
    action: 'message.requested',
    target: `message ${messageId}`,
    phone: pair.customer,
  })
  const thread = await threadById(tx, (await messageById(tx, messageId)).threadId)
  const html = textedFromSidebar({
    by: request.teammate.name,
    body: draft.body,
    at: at === null ? null : `${formatLocal(at, zone)} (${zone})`,
    begins: open === null,
  })
  await addNote(ctx, tx, { thread, messageId, conversationId, html })
  if (open !== null && title) await manage(ctx, tx, thread, { do: 'title', conversationId: open, title })
  return null
}

/** Intercom repeated the press, or the teammate pressed once more on a screen that was slow to change. */
async function pressedAgain(tx: Tx, id: number, draft: Draft): Promise<Outcome> {
  const same = (await messageById(tx, id)).body === draft.body
  if (same) return { notice: { words: 'The text was sent already: it is texted once.' }, sent: true, spent: true }
  const words = 'The text before was sent already. What is written now was not: press Send to send it as well.'
  return { ...refused(words), spent: true }
}

const refused = (words: string) => ({ notice: { words, fault: true } })

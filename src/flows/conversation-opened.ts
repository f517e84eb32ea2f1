import {
  type Context,
  newConversation,
  optOutsInWords,
  type Place,
  placeInWords,
  tellsMore,
} from '../rules/context-note.ts'
import { routed } from '../rules/notes.ts'
import { countryOf, formatForPeople } from '../rules/phone.ts'
import { ruleFor } from '../rules/routing.ts'
import type { Tx } from '../store/database.ts'
import type { Message } from '../store/messages.ts'
import { optedOutAt, optOutHistory } from '../store/opt-outs.ts'
import { earlierConversations, type Thread } from '../store/threads.ts'
import { markOptedOut } from './consent.ts'
import type { Ctx } from './context.ts'
import { type Managed, manage } from './manage-conversation.ts'
import { addNote } from './post-note.ts'

/** Links to the latest conversations, and opt-outs, that a note names at most. */
const LATEST = 3

/** Intercom's API cannot set the priority of a conversation, so a tag says it: views and workflows can go by it. */
const PRIORITY_TAG = 'priority'

interface Opened {
  message: Message
  thread: Thread
  conversationId: string
  place: Place
}

/** A text has opened a conversation: it is tagged, goes to whom the rules say, and tells the agent what there is to know. */
export async function conversationOpened(ctx: Ctx, tx: Tx, opened: Opened): Promise<void> {
  const { message, thread, conversationId } = opened
  const context = await contextOf(ctx, tx, opened)
  const describe = { do: 'describe', conversationId, attributes: attributesOf(context) } as const
  const orders: Managed[] = [{ do: 'tag', conversationId }, ...(await route(ctx, tx, opened)), describe]
  for (const order of orders) await manage(ctx, tx, thread, order, message.id)
  // On the desk's lane, where no text of the customer waits for it.
  // How many numbers a Messaging Service has is not known here.
  if (ctx.config.twilio.phoneNumbers.length !== 1 || tellsMore(context)) {
    await addNote(ctx, tx, { thread, messageId: message.id, conversationId, html: newConversation(context) })
  }
  // Whoever opted out before there was a contact.
  const at = await optedOutAt(tx, thread.customer)
  if (at !== null) await markOptedOut(ctx, tx, thread.customer, at)
}

/** What the first rule that applies asks for; its note is written down at once. */
async function route(ctx: Ctx, tx: Tx, { message, thread, conversationId, place }: Opened): Promise<Managed[]> {
  const country = place.country?.toUpperCase() ?? countryOf(thread.customer)
  const rule = ruleFor(ctx.config.behaviour.routing, { to: thread.number, country, body: message.body })
  if (!rule) return []
  const { team, admin, tag, priority, note } = rule.then
  if (note) await addNote(ctx, tx, { thread, messageId: message.id, conversationId, html: routed({ words: note }) })
  const names = [tag, priority ? PRIORITY_TAG : undefined].filter((name) => name !== undefined)
  const assignees = [{ kind: 'team', name: team } as const, { kind: 'admin', name: admin } as const].filter(
    (to): to is { kind: 'team' | 'admin'; name: string } => to.name !== undefined,
  )
  return [
    ...assignees.map((to) => ({ do: 'assign', conversationId, to }) as const),
    ...names.map((name) => ({ do: 'tag', conversationId, name }) as const),
  ]
}

async function contextOf(ctx: Ctx, tx: Tx, { thread, conversationId, place }: Opened): Promise<Context> {
  const { customer, number } = thread
  const { count, latest } = await earlierConversations(tx, customer, { before: conversationId, latest: LATEST })
  const links = latest.map(({ id, openedAt }) => ({ url: ctx.intercom.conversationUrl(id), openedAt }))
  return {
    customer,
    number,
    place,
    earlier: { count, latest: links },
    optOuts: await optOutHistory(tx, customer, LATEST),
  }
}

/** Whoever wants these in Intercom's views makes conversation attributes of these names there. */
function attributesOf({ customer, number, place, earlier, optOuts }: Context): Record<string, string | number> {
  return {
    sms_number: formatForPeople(number),
    sms_customer: formatForPeople(customer),
    sms_place: placeInWords(place) || 'unknown',
    sms_earlier_conversations: earlier.count,
    sms_opt_outs: optOutsInWords(optOuts, number) || 'none',
  }
}

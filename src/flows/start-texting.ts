import { addEffects } from '../queue/jobs.ts'
import type { Decision, Effect, EffectFlow, Fact, Plan, Step } from '../queue/work.ts'
import * as notes from '../rules/command-notes.ts'
import { addressKind, formatForPeople, normalizeAddress } from '../rules/phone.ts'
import { toSmsText } from '../rules/text.ts'
import { findContact, keepContact } from '../store/contacts.ts'
import type { Tx } from '../store/database.ts'
import { isOptedOut } from '../store/opt-outs.ts'
import { enterConversation, openConversationOf, type Thread, threadOfConversation } from '../store/threads.ts'
import type { Ctx } from './context.ts'
import type { ReplySent } from './facts.ts'
import { manage } from './manage-conversation.ts'
import type { IntercomContact } from './ports.ts'
import { addNote, addNoteIn } from './post-note.ts'
import { relayReply } from './reply-sent.ts'
import { senderFor } from './request-message.ts'
import { threadWith } from './thread-of.ts'

interface Start {
  /** A `/sms` note, or our tag on a conversation that a teammate began. */
  by: 'note' | 'tag'
  /** What to text, and where it was written. */
  reply: ReplySent
}

interface ContactsRequest {
  contactIds: string[]
}

interface Reached {
  contact: IntercomContact
  customer: string
}

/** A conversation that a teammate began carries our tag: its first message is texted, and it is the customer's from now on. */
export async function conversationStarted(ctx: Ctx, tx: Tx, fact: Fact): Promise<Decision> {
  const reply: ReplySent = JSON.parse(fact.body)
  if (ctx.config.behaviour.startFromInbox === 'off') return 'done'
  // The bridge tags whatever becomes a text conversation.
  if (await threadOfConversation(tx, reply.conversationId)) return 'done'
  const body: Start = { by: 'tag', reply }
  await addEffects(tx, [{ kind: 'texting.start', lane: fact.lane, body }], ctx.now())
  return 'done'
}

/**
 * Makes a conversation in Intercom one that is texted. Its contact has to be read for the phone; the replies behind it in
 * the lane of the conversation wait for that.
 */
export function startTexting(ctx: Ctx): EffectFlow {
  return {
    vendor: 'intercom',
    resends: Number.POSITIVE_INFINITY,
    async plan(tx, effect): Promise<Plan> {
      const { contactIds, conversationId } = startOf(effect).reply
      // Retried by an operator after somebody else has begun it.
      if (await threadOfConversation(tx, conversationId)) return 'nothing to do'
      return { step: 'read contacts', request: { contactIds }, cost: Math.max(1, contactIds.length) }
    },
    steps: { 'read contacts': readContacts(ctx) },
    async gaveUp(tx, effect, error) {
      const { conversationId } = startOf(effect).reply
      const html = notes.notStarted({ sentence: error.message })
      await addNoteIn(ctx, tx, { conversationId, html, lane: effect.lane })
      return 'dead'
    },
  }
}

function startOf(effect: Effect): Start {
  return JSON.parse(effect.body)
}

function readContacts(ctx: Ctx): Step<ContactsRequest, { contacts: (IntercomContact | null)[] }> {
  return {
    repeatable: true,
    send: async ({ contactIds }) => ({ contacts: await Promise.all(contactIds.map(ctx.intercom.getContact)) }),
    async accepted(tx, effect, _request, { contacts }) {
      const reached = contacts.flatMap((contact) => reach(ctx, contact))
      const [first] = reached
      const { conversationId } = startOf(effect).reply
      const refuse = (html: string) => addNoteIn(ctx, tx, { conversationId, html, lane: effect.lane })
      if (!first) await refuse(notes.noPhone())
      else if (reached.some(({ customer }) => customer !== first.customer)) {
        await refuse(notes.severalPhones({ names: reached.map(({ contact, customer }) => contact.name ?? customer) }))
      } else await start(ctx, tx, effect, first)
      return 'done'
    },
  }
}

/** The customer that a contact is by its phone. */
function reach(ctx: Ctx, contact: IntercomContact | null): Reached[] {
  const customer = normalizeAddress(contact?.phone ?? '', ctx.config.defaultCountry)
  return contact && addressKind(customer) === 'phone' ? [{ contact, customer }] : []
}

async function start(ctx: Ctx, tx: Tx, effect: Effect, { contact, customer }: Reached): Promise<void> {
  const { by, reply } = startOf(effect)
  const thread = await threadWith(ctx, tx, await senderFor(ctx, tx, customer), customer)
  const { conversationId } = reply
  if (by === 'note' && (await isOptedOut(tx, customer, thread.number))) {
    return addNoteIn(ctx, tx, { conversationId, html: notes.hasOptedOut(), lane: effect.lane })
  }
  const open = await openConversationOf(tx, thread)
  if (by === 'note' && open) return textFrom(ctx, tx, effect, thread, open)
  if (!(await findContact(tx, customer))) {
    await keepContact(tx, customer, { contactId: contact.id, name: contact.name, madeAt: null }, ctx.now())
  }
  await enterConversation(tx, thread, { id: conversationId, contactId: contact.id }, ctx.now())
  if (open) {
    const html = notes.goesOnInStarted({ next: ctx.intercom.conversationUrl(conversationId) })
    await addNote(ctx, tx, { thread, messageId: null, conversationId: open, html })
  }
  await manage(ctx, tx, thread, { do: 'tag', conversationId })
  await relayReply(ctx, tx, thread, reply, effect.lane)
  const number = thread.number === '' ? null : formatForPeople(thread.number)
  const html = notes.texting({ customer: formatForPeople(customer), number })
  await addNote(ctx, tx, { thread, messageId: null, conversationId, html })
}

/** The customer is in an open text conversation, where the answer will arrive: that is where the words belong. */
async function textFrom(ctx: Ctx, tx: Tx, effect: Effect, thread: Thread, open: string): Promise<void> {
  const { reply } = startOf(effect)
  const link = ctx.intercom.conversationUrl
  const there = { thread, messageId: null, conversationId: open }
  const words = toSmsText(reply.body).text
  await addNote(ctx, tx, { ...there, html: notes.textedFromElsewhere({ words, link: link(reply.conversationId) }) })
  const sent = await relayReply(ctx, tx, thread, { ...reply, conversationId: open }, effect.lane)
  const where = { customer: formatForPeople(thread.customer), link: link(open) }
  const html = sent ? notes.textedElsewhere(where) : notes.notTextedElsewhere(where)
  await addNote(ctx, tx, { thread, messageId: null, conversationId: reply.conversationId, html })
}

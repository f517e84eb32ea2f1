import type { Step } from '../queue/work.ts'
import { sameWords } from '../rules/same-words.ts'
import { findContact, forgetContact, replaceContact } from '../store/contacts.ts'
import { enterConversation } from '../store/threads.ts'
import { messageOf } from './about.ts'
import { CLOCK_SKEW_MS } from './clock-skew.ts'
import type { Ctx } from './context.ts'
import { conversationOpened } from './conversation-opened.ts'
import { leaveForAnswer } from './leave-for-answer.ts'
import { partPosted } from './part-posted.ts'
import type { Post } from './post-part.ts'
import { tellOfMessage } from './tell-team.ts'

export interface OpenRequest {
  contactId: string
  body: string
  /** Conversations the customer has been in: they cannot be the one in doubt. */
  known: string[]
  /** The message, sent by program, that it answers. */
  answers?: number
}

interface Opened {
  conversationId: string
  sourceId: string
}

/** Intercom answers 404 for a while to a contact it has just made. */
const CONTACT_READY_MS = 5 * 60_000

/** The first text of a conversation opens it. */
export function openConversation(ctx: Ctx): Step<OpenRequest, Opened> {
  return {
    repeatable: false,
    // Looked for in the search index, which lags for minutes.
    settleFactor: 4,
    send: ({ contactId, body }) => ctx.intercom.openConversation({ contactId, body }),

    async accepted(tx, effect, { contactId, answers }, { conversationId, sourceId }) {
      const { message, thread } = await messageOf(tx, effect)
      if (answers !== undefined) await leaveForAnswer(ctx, tx, thread, { next: conversationId, answers })
      await enterConversation(tx, thread, { id: conversationId, contactId }, ctx.now())
      const { place = {} }: Post = JSON.parse(effect.body)
      await conversationOpened(ctx, tx, { message, thread, conversationId, place })
      const posted = { conversationId, contactId, partId: sourceId, withFiles: false }
      const verdict = await partPosted(ctx, tx, effect, posted)
      await tellOfMessage(ctx, tx, 'conversation.started', message.id)
      return verdict
    },

    async mend(tx, effect, { contactId }, error) {
      const { thread } = await messageOf(tx, effect)
      if (error.contactId) await replaceContact(tx, { from: contactId, into: error.contactId }, ctx.now())
      else if (error.status !== 404) return false
      else {
        const contact = await findContact(tx, thread.customer)
        const settling = contact?.madeAt && ctx.now() - contact.madeAt < CONTACT_READY_MS
        if (!settling) await forgetContact(tx, contactId)
      }
      return true
    },

    async lookup({ contactId, body, known }, startedAt) {
      const since = startedAt - CLOCK_SKEW_MS
      const found = await ctx.intercom.searchConversations({ contactId, since })
      const ours = found.find(
        (c) => !known.includes(c.id) && c.createdAt >= since && sameWords(c.source?.body ?? '', body),
      )
      return ours ? { conversationId: ours.id, sourceId: ours.source?.id ?? ours.id } : null
    },
  }
}

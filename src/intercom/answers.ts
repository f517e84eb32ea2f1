import { z } from 'zod'
import type { ConversationPart, IntercomContact, IntercomConversation } from '../flows/ports.ts'

/**
 * Intercom's answers, read by what the bridge needs and nothing more: the SDK checks no answer, and its types describe
 * API 2.14. Times arrive as Unix seconds and leave as Unix milliseconds.
 */

const id = z.union([z.string(), z.number()]).transform(String)
const words = z.string().nullable().catch(null)
const seconds = z
  .number()
  .catch(0)
  .transform((value) => value * 1000)
const flag = z.boolean().catch(false)

export const identified = z.object({ id })

export const contact = z
  .object({
    id,
    role: z.enum(['user', 'lead']).catch('user'),
    name: words,
    phone: words,
    last_seen_at: seconds,
    last_replied_at: seconds,
    updated_at: seconds,
    created_at: seconds,
  })
  .transform(
    (c): IntercomContact => ({
      id: c.id,
      role: c.role,
      name: c.name,
      // Intercom answers "" for a phone that was removed and null for one that never was.
      phone: c.phone || null,
      lastActivityAt: Math.max(c.last_seen_at, c.last_replied_at, c.updated_at, c.created_at),
    }),
  )

export const contactList = z.object({ data: z.array(contact) }).transform((list) => list.data)

export const message = z.object({ id, conversation_id: id })

// Parts are of many types, few of which matter: one that lacks something must not make the conversation unreadable.
const author = z.object({
  type: z.string().catch(''),
  id: id.catch(''),
  from_ai_agent: flag,
  is_ai_answer: flag,
})
const nobody = { type: '', id: '', from_ai_agent: false, is_ai_answer: false }

const part = z
  .object({
    id,
    part_type: z.string().catch(''),
    body: words,
    created_at: seconds,
    author: author.catch(nobody),
    redacted: flag,
  })
  .transform(
    (p): ConversationPart => ({
      id: p.id,
      partType: p.part_type,
      body: p.body,
      createdAt: p.created_at,
      author: { type: p.author.type, id: p.author.id, fromAi: p.author.from_ai_agent || p.author.is_ai_answer },
      redacted: p.redacted,
    }),
  )

const source = z
  .object({ id, body: words, author: author.catch(nobody) })
  .transform((s) => ({ id: s.id, body: s.body, author: { type: s.author.type, id: s.author.id } }))

export const conversation = z
  .object({
    id,
    state: z.string().catch('open'),
    created_at: seconds,
    contacts: z.object({ contacts: z.array(identified) }).nullish(),
    source: source.nullable().catch(null),
    // A search answers conversations without their parts.
    conversation_parts: z.object({ conversation_parts: z.array(part) }).nullish(),
  })
  .transform(
    (c): IntercomConversation => ({
      id: c.id,
      state: c.state,
      contactIds: c.contacts?.contacts.map((one) => one.id) ?? [],
      source: c.source,
      createdAt: c.created_at,
      parts: c.conversation_parts?.conversation_parts ?? [],
    }),
  )

export const conversationList = z
  .object({ conversations: z.array(conversation) })
  .transform((list) => list.conversations)

/** One page of a search: which, when it changed, and who began it. */
export const conversationPage = z.object({
  conversations: z.array(
    z.object({ id, created_at: seconds, updated_at: seconds, source: source.nullable().catch(null) }),
  ),
  pages: z.object({ next: z.object({ starting_after: z.string() }).nullish().catch(null) }).catch({ next: null }),
})

// Whoever has no name can only be meant by id.
const named = z.array(z.object({ id, name: z.string().catch('') }))

export const teamList = z.object({ teams: named }).transform((list) => list.teams)

export const adminList = z.object({ admins: named }).transform((list) => list.admins)

export const conversationTags = z
  .object({ tags: z.object({ tags: z.array(z.object({ name: z.string() })) }).nullish() })
  .transform((c) => c.tags?.tags.map(({ name }) => name) ?? [])

/** Answers whose content says nothing that we did not know. */
export const anything = z.unknown()

import type { Answer, Route } from '../http.ts'
import { newConversationId, newMessageId, tell } from './parts.ts'
import { manage, reply } from './replies.ts'
import { search } from './search.ts'
import { conversationShape, toHtml } from './shapes.ts'
import {
  type Author,
  type Contact,
  type Conversation,
  contactAuthor,
  property,
  refuse,
  resourceNotFound,
  type Source,
  seconds,
  text,
  type World,
} from './world.ts'

/** Conversations: https://developers.intercom.com/docs/references/rest-api/api.intercom.io/conversations */
export function conversationRoutes(world: World): Route[] {
  const withConversation = (run: (conversation: Conversation, body: unknown) => Answer | null): Route['handle'] => {
    return ({ body, query }, id) => {
      const conversation = world.conversations.find((candidate) => candidate.id === id)
      if (!conversation) return resourceNotFound()
      const format = query.get('display_as') === 'plaintext' ? 'plain' : 'html'
      const refused = run(conversation, body)
      const parts = conversation.parts.slice(-500)
      return refused ?? { status: 200, body: conversationShape(world, conversation, format, parts) }
    }
  }
  const one = /^\/conversations\/(\d+)$/
  return [
    { method: 'POST', path: /^\/conversations$/, handle: ({ body }) => create(world, body) },
    { method: 'POST', path: /^\/conversations\/search$/, handle: ({ body }) => searchConversations(world, body) },
    { method: 'GET', path: one, handle: withConversation(() => null) },
    { method: 'PUT', path: one, handle: withConversation((conversation, body) => update(world, conversation, body)) },
    {
      method: 'DELETE',
      path: one,
      handle: withConversation((conversation) => {
        deleteConversation(world, conversation)
        return { status: 200, body: { id: conversation.id, object: 'conversation', deleted: true } }
      }),
    },
    {
      method: 'POST',
      path: /^\/conversations\/(\d+)\/reply$/,
      handle: withConversation((conversation, body) => reply(world, conversation, body)),
    },
    {
      method: 'POST',
      path: /^\/conversations\/(\d+)\/parts$/,
      handle: withConversation((conversation, body) => manage(world, conversation, body)),
    },
  ]
}

/** A contact that can be written to: it exists, is not archived, and is not too new. */
function reachable(world: World, id: string | undefined): Contact | undefined {
  return world.contacts.find(
    (contact) =>
      contact.id === id &&
      !contact.archived &&
      !contact.deleted &&
      contact.mergedInto === null &&
      contact.createdAt + world.contactReadyMs <= world.now(),
  )
}

function create(world: World, body: unknown): Answer {
  const from = property(body, 'from')
  const words = text(body, 'body')
  if (!['user', 'lead', 'contact'].includes(text(from, 'type') ?? '')) {
    return refuse(400, 'parameter_invalid', 'from.type must be user, lead or contact')
  }
  if (words === undefined) return refuse(400, 'parameter_not_found', 'body is required')
  const contact = reachable(world, text(from, 'id'))
  if (!contact) return refuse(404, 'not_found', 'User Not Found')
  contact.lastRepliedAt = world.now()
  const conversation = addConversation(world, contact, contactAuthor(contact), {
    body: toHtml(words),
    text: words,
    deliveredAs: 'customer_initiated',
  })
  tell(world, 'conversation.user.created', conversation, [])
  return {
    status: 200,
    body: {
      type: 'user_message',
      id: conversation.source.id,
      created_at: seconds(conversation.createdAt),
      body: words,
      message_type: 'inapp',
      conversation_id: conversation.id,
    },
  }
}

export function addConversation(
  world: World,
  contact: Contact,
  author: Author,
  source: Pick<Source, 'body' | 'text' | 'deliveredAs'>,
): Conversation {
  const now = world.now()
  const byCustomer = source.deliveredAs === 'customer_initiated'
  const sourceType = byCustomer ? contact.role : author.type
  const conversation: Conversation = {
    id: newConversationId(),
    contactIds: [contact.id],
    state: byCustomer ? 'open' : 'closed',
    read: byCustomer,
    priority: 'not_priority',
    title: '',
    tags: [],
    customAttributes: {},
    adminAssigneeId: null,
    teamAssigneeId: null,
    source: { ...source, id: newMessageId(), author: { ...author, type: sourceType }, attachments: [] },
    parts: [],
    createdAt: now,
    updatedAt: now,
    waitingSince: byCustomer ? now : null,
    snoozedUntil: null,
  }
  world.conversations.push(conversation)
  world.changes.changed()
  return conversation
}

function update(world: World, conversation: Conversation, body: unknown): Answer | null {
  const known = world.dataAttributes.filter(({ model }) => model === 'conversation').map(({ name }) => name)
  const attributes = property(body, 'custom_attributes') ?? {}
  const unknown = Object.keys(attributes).find((name) => !known.includes(name))
  if (unknown !== undefined) {
    return refuse(400, 'parameter_invalid', `Conversation attribute '${unknown}' does not exist`)
  }
  Object.assign(conversation.customAttributes, attributes)
  conversation.title = text(body, 'title') ?? conversation.title
  if (property(body, 'read') === true) markRead(world, conversation)
  if (property(body, 'read') === false) conversation.read = false
  return null
}

/** The webhook repeats the latest parts, an agent's words among them (seen in a capture). */
export function markRead(world: World, conversation: Conversation): void {
  if (conversation.read) return
  conversation.read = true
  tell(world, 'conversation.read', conversation, conversation.parts.slice(-4))
  world.changes.changed()
}

export function deleteConversation(world: World, conversation: Conversation): void {
  world.conversations.splice(world.conversations.indexOf(conversation), 1)
  world.emit('conversation.deleted', { type: 'conversation', conversation_id: conversation.id })
  world.changes.changed()
}

const FIELDS: Record<string, (conversation: Conversation) => unknown> = {
  id: ({ id }) => id,
  created_at: ({ createdAt }) => seconds(createdAt),
  updated_at: ({ updatedAt }) => seconds(updatedAt),
  waiting_since: ({ waitingSince }) => (waitingSince === null ? null : seconds(waitingSince)),
  contact_ids: ({ contactIds }) => contactIds,
  tag_ids: ({ tags }) => tags.map(({ id }) => id),
  state: ({ state }) => state,
  open: ({ state }) => state === 'open',
  read: ({ read }) => read,
  priority: ({ priority }) => priority,
  admin_assignee_id: ({ adminAssigneeId }) => adminAssigneeId,
  team_assignee_id: ({ teamAssigneeId }) => teamAssigneeId,
  'source.type': () => 'conversation',
  'source.id': ({ source }) => source.id,
  'source.body': ({ source }) => source.body,
  'source.author.id': ({ source }) => source.author.id,
  'source.delivered_as': ({ source }) => source.deliveredAs,
}

function searchConversations(world: World, body: unknown): Answer {
  const visible = world.conversations.filter(({ createdAt }) => createdAt + world.searchLagMs <= world.now())
  const read = (conversation: Conversation, field: string) => FIELDS[field]?.(conversation)
  const dates = ['created_at', 'updated_at', 'waiting_since']
  const found = search({ read, dates, wholeDays: false }, visible, body, 20)
  if ('status' in found) return found
  const conversations = found.records.map((conversation) => conversationShape(world, conversation, 'html', null))
  return {
    status: 200,
    body: { type: 'conversation.list', conversations, total_count: found.total, pages: found.pages },
  }
}

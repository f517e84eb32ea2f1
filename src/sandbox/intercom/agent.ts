import { addConversation, deleteConversation } from './conversations.ts'
import { attach, detach } from './group.ts'
import { addPart, tell } from './parts.ts'
import { storeUpload } from './uploads.ts'
import { addTag, tagNamed } from './workspace.ts'
import { type Author, adminAuthor, botAuthor, type Contact, type Conversation, type Part, type World } from './world.ts'

export interface ReplyOptions {
  /**
   * On which part the words ride. By default as the inbox does it: the first reply assigns the conversation to its author,
   * a reply to a closed one opens it, any other is a comment.
   */
  how?: 'comment' | 'assignment' | 'close' | 'open' | 'quick_reply'
  attachments?: { name: string; contentType: string; data: Buffer }[]
  /** Default: the first admin who is not the token's own, else that one. */
  adminId?: string
}

/** Sam at Intercom's inbox. `html` is given without its paragraph: `Hello<br>there`, or with one of its own. */
export interface Agent {
  reply(conversationId: string, html: string, options?: ReplyOptions): Part
  /** "Send and close": the words ride on the close part, under one topic only. */
  replyAndClose(conversationId: string, html: string, options?: Omit<ReplyOptions, 'how'>): Part
  note(conversationId: string, html: string, attachments?: ReplyOptions['attachments']): Part
  close(conversationId: string): Part
  open(conversationId: string): Part
  snooze(conversationId: string): Part
  unsnooze(conversationId: string): Part
  assign(conversationId: string, to: { adminId?: string; teamId?: string }, html?: string): Part
  /** A conversation the agent begins, with a tag from the start or without. */
  start(contactId: string, html: string, tag?: string): Conversation
  tag(conversationId: string, name: string): void
  redact(conversationId: string, partId: string): void
  delete(conversationId: string): void
  /** Somebody more takes part in a conversation, or no longer does. */
  attach(conversationId: string, contactId: string): void
  detach(conversationId: string, contactId: string): void
}

/** Fin, workflows and Intercom's own prompts. */
export interface Operator {
  /** Told twice, as a bot's reply and as an admin's. `fromAi`: an answer of Fin, else a message of a workflow. */
  say(conversationId: string, html: string, options?: { fromAi?: boolean }): Part
  /** Intercom asks for contact details: a comment, and at the same second the part that collects the answer. */
  prompt(conversationId: string, html: string): Part
  /** "Sam will reply as soon as they can." */
  expectation(conversationId: string, html: string): Part
}

export function createAgent(world: World): Agent {
  const find = (id: string) => findConversation(world, id)
  const agent: Agent = {
    reply: (conversationId, html, options = {}) => reply(world, find(conversationId), html, options),
    replyAndClose: (conversationId, html, options = {}) =>
      agent.reply(conversationId, html, { ...options, how: 'close' }),
    note(conversationId, html, attachments = []) {
      const files = attachments.map((file) => storeUpload(world, file))
      const note = { partType: 'note', author: sam(world), body: paragraph(html), attachments: files }
      const part = addPart(world, find(conversationId), note)
      tell(world, 'conversation.admin.noted', find(conversationId), [part])
      return part
    },
    close: (conversationId) => change(world, find(conversationId), 'close', 'conversation.admin.closed'),
    open: (conversationId) => change(world, find(conversationId), 'open', 'conversation.admin.opened'),
    snooze: (conversationId) => change(world, find(conversationId), 'snoozed', 'conversation.admin.snoozed'),
    unsnooze: (conversationId) => change(world, find(conversationId), 'unsnoozed', 'conversation.admin.unsnoozed'),
    assign(conversationId, { adminId, teamId }, html) {
      const assignedTo =
        teamId === undefined ? { type: 'admin', id: adminId ?? sam(world).id } : { type: 'team', id: teamId }
      const body = html === undefined ? null : paragraph(html)
      const part = addPart(world, find(conversationId), {
        partType: 'assignment',
        author: sam(world),
        body,
        assignedTo,
      })
      tell(world, 'conversation.admin.assigned', find(conversationId), [part])
      return part
    },
    start(contactId, html, tag) {
      const source = { body: paragraph(html), text: html, deliveredAs: 'admin_initiated' as const }
      const conversation = addConversation(world, findContact(world, contactId), sam(world), source)
      contacted(world, conversation)
      if (tag !== undefined) conversation.tags.push(tagNamed(world, tag))
      tell(world, 'conversation.admin.single.created', conversation, [])
      return conversation
    },
    tag: (conversationId, name) => addTag(world, find(conversationId), tagNamed(world, name)),
    redact: (conversationId, partId) => redact(world, find(conversationId), partId),
    delete: (conversationId) => deleteConversation(world, find(conversationId)),
    attach: (conversationId, contactId) => attach(world, find(conversationId), findContact(world, contactId)),
    detach: (conversationId, contactId) => detach(world, find(conversationId), findContact(world, contactId)),
  }
  return agent
}

function reply(world: World, conversation: Conversation, html: string, options: ReplyOptions): Part {
  const author = sam(world, options.adminId)
  const partType = options.how ?? usualPartType(conversation)
  const attachments = (options.attachments ?? []).map((file) => storeUpload(world, file))
  const assignedTo = partType === 'assignment' ? { type: 'admin', id: author.id } : null
  const part = addPart(world, conversation, { partType, author, body: paragraph(html), attachments, assignedTo })
  contacted(world, conversation)
  tell(world, partType === 'close' ? 'conversation.admin.closed' : 'conversation.admin.replied', conversation, [part])
  if (partType === 'assignment') tell(world, 'conversation.admin.open.assigned', conversation, [part])
  return part
}

function change(world: World, conversation: Conversation, partType: string, topic: string): Part {
  const part = addPart(world, conversation, { partType, author: sam(world) })
  tell(world, topic, conversation, [part])
  return part
}

export function createOperator(world: World): Operator {
  const find = (id: string) => findConversation(world, id)
  return {
    say(conversationId, html, options = {}) {
      const author = botAuthor(world, options)
      const part = addPart(world, find(conversationId), { partType: 'comment', author, body: `<p>${html}</p>` })
      tell(world, 'conversation.operator.replied', find(conversationId), [part])
      tell(world, 'conversation.admin.replied', find(conversationId), [part])
      return part
    },
    prompt(conversationId, html) {
      const author = botAuthor(world)
      const part = addPart(world, find(conversationId), { partType: 'comment', author, body: `<p>${html}</p>` })
      addPart(world, find(conversationId), { partType: 'attribute_collector', author })
      tell(world, 'conversation.operator.replied', find(conversationId), [part])
      return part
    },
    expectation(conversationId, html) {
      const wanted = {
        partType: 'channel_and_reply_time_expectation',
        author: botAuthor(world),
        body: `<p>${html}</p>`,
      }
      const part = addPart(world, find(conversationId), wanted)
      tell(world, 'conversation.operator.replied', find(conversationId), [part])
      return part
    },
  }
}

const paragraph = (html: string) => (/^\s*<(p|div|ul|ol|h\d)\b/.test(html) ? html : `<p class="no-margin">${html}</p>`)

function usualPartType(conversation: Conversation): string {
  if (conversation.state !== 'open') return 'open'
  return conversation.adminAssigneeId === null ? 'assignment' : 'comment'
}

function sam(world: World, adminId = (world.admins[1] ?? world.admins[0])?.id): Author {
  const author = adminAuthor(world, adminId ?? '')
  if (!author) throw new Error(`no admin ${adminId}`)
  return author
}

function contacted(world: World, conversation: Conversation): void {
  for (const id of conversation.contactIds) findContact(world, id).lastContactedAt = world.now()
}

function redact(world: World, conversation: Conversation, partId: string): void {
  const part = conversation.parts.find(({ id }) => id === partId)
  if (!part) throw new Error(`no part ${partId}`)
  part.body = '<p><i>This message was deleted</i></p>'
  part.redacted = true
  part.updatedAt = world.now()
  tell(world, 'conversation_part.redacted', conversation, [part])
  world.changes.changed()
}

export function findConversation(world: World, id: string): Conversation {
  const conversation = world.conversations.find((candidate) => candidate.id === id)
  if (!conversation) throw new Error(`no conversation ${id}`)
  return conversation
}

export function findContact(world: World, id: string): Contact {
  const contact = world.contacts.find((candidate) => candidate.id === id)
  if (!contact) throw new Error(`no contact ${id}`)
  return contact
}

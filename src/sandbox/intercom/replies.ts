import type { Answer } from '../http.ts'
import { addPart, tell } from './parts.ts'
import { toHtml } from './shapes.ts'
import { storeUpload } from './uploads.ts'
import {
  type Attachment,
  adminAuthor,
  type Conversation,
  contactAuthor,
  type Part,
  property,
  refuse,
  text,
  type World,
} from './world.ts'

/** Any value that is not null: its form for a private app is not documented. */
const OUR_PACKAGE = 'stand-in-app'

/** POST /conversations/{id}/reply: a comment of the contact, a comment or note of an admin. Null when it was accepted. */
export function reply(world: World, conversation: Conversation, body: unknown): Answer | null {
  const words = text(body, 'body')
  if (words === undefined) return refuse(400, 'parameter_not_found', 'body is required')
  if (property(body, 'attachment_urls') !== undefined) {
    return refuse(400, 'parameter_invalid', 'the stand-in takes attachment_files only')
  }
  const files = property(body, 'attachment_files') ?? []
  if (!Array.isArray(files) || files.length > 10) return refuse(400, 'parameter_invalid', 'at most 10 attachment_files')
  const attachments = files.map((file: unknown) => decode(world, file))
  const type = text(body, 'type')
  const messageType = text(body, 'message_type')
  if (type === 'user' && messageType === 'comment') return replyAsContact(world, conversation, body, words, attachments)
  if (type === 'admin' && (messageType === 'comment' || messageType === 'note')) {
    return replyAsAdmin(world, conversation, body, messageType, words, attachments)
  }
  return refuse(400, 'parameter_invalid', 'type and message_type do not fit')
}

function decode(world: World, file: unknown): Attachment {
  const data = Buffer.from(text(file, 'data') ?? '', 'base64')
  const contentType = text(file, 'content_type') ?? 'application/octet-stream'
  return storeUpload(world, { name: text(file, 'name') ?? 'file', contentType, data })
}

function replyAsContact(
  world: World,
  conversation: Conversation,
  body: unknown,
  words: string,
  attachments: Attachment[],
): Answer | null {
  const id = text(body, 'intercom_user_id')
  const externalId = text(body, 'user_id')
  const contact = world.contacts.find(
    (candidate) =>
      !candidate.archived &&
      !candidate.deleted &&
      candidate.mergedInto === null &&
      (id === undefined ? candidate.externalId === externalId : candidate.id === id),
  )
  if (!contact || !conversation.contactIds.includes(contact.id)) return refuse(404, 'not_found', 'User Not Found')
  contact.lastRepliedAt = world.now()
  // A contact's words on a conversation that is not open reopen it, and ride on the part that does so.
  const partType = conversation.state === 'open' ? 'comment' : 'open'
  const part = addPart(world, conversation, {
    partType,
    author: contactAuthor(contact),
    body: toHtml(words),
    text: words,
    attachments,
    appPackageCode: OUR_PACKAGE,
  })
  tell(world, 'conversation.user.replied', conversation, [part])
  return null
}

function replyAsAdmin(
  world: World,
  conversation: Conversation,
  body: unknown,
  partType: 'comment' | 'note',
  words: string,
  attachments: Attachment[],
): Answer | null {
  const author = adminAuthor(world, text(body, 'admin_id') ?? '')
  if (!author) return refuse(404, 'admin_not_found', 'Admin not found')
  const html = /^\s*</.test(words) ? words : toHtml(words)
  const part = addPart(world, conversation, {
    partType,
    author,
    body: html,
    text: words,
    attachments,
    appPackageCode: OUR_PACKAGE,
  })
  tell(world, partType === 'note' ? 'conversation.admin.noted' : 'conversation.admin.replied', conversation, [part])
  return null
}

const TOPICS: Record<string, string> = {
  close: 'conversation.admin.closed',
  open: 'conversation.admin.opened',
  snoozed: 'conversation.admin.snoozed',
  assignment: 'conversation.admin.assigned',
}

/** POST /conversations/{id}/parts: close, open, snooze, assign. Null when it was accepted. */
export function manage(world: World, conversation: Conversation, body: unknown): Answer | null {
  const partType = text(body, 'message_type') ?? ''
  const topic = TOPICS[partType]
  if (topic === undefined) return refuse(400, 'parameter_invalid', 'message_type is not one of the four')
  const author = adminAuthor(world, text(body, 'admin_id') ?? '')
  if (!author) return refuse(404, 'admin_not_found', 'Admin not found')
  const words = text(body, 'body') ?? null
  const assignee = text(body, 'assignee_id')
  if (partType === 'assignment' && assignee === undefined) {
    return refuse(400, 'parameter_not_found', 'assignee_id is required')
  }
  const snoozedUntil = Number(property(body, 'snoozed_until') ?? 0)
  if (partType === 'snoozed' && snoozedUntil === 0) {
    return refuse(400, 'parameter_not_found', 'snoozed_until is required')
  }
  const part = addPart(world, conversation, {
    partType,
    author,
    body: words === null ? null : toHtml(words),
    text: words,
    assignedTo: partType === 'assignment' ? assignedTo(text(body, 'type') ?? 'admin', assignee ?? '0') : null,
    appPackageCode: OUR_PACKAGE,
  })
  if (partType === 'snoozed') conversation.snoozedUntil = snoozedUntil * 1000
  tell(world, topic, conversation, [part])
  return null
}

const assignedTo = (type: string, id: string): Part['assignedTo'] =>
  id === '0' ? { type: 'nobody_admin', id: null } : { type, id }

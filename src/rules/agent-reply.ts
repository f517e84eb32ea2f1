import type { ConversationChanged, FactBodies, FactKind, PartSeen, ReplySent } from '../flows/facts.ts'
import type { ConversationPart } from '../flows/ports.ts'
import { readCommand } from './commands.ts'
import { type Fields, fields, id, objects, text, time } from './narrow.ts'
import { toSmsText } from './text.ts'

type NotificationKind = Extract<
  FactKind,
  'reply.sent' | 'reply.unknown' | 'note.written' | 'conversation.started' | 'conversation.changed' | 'part.seen'
>

/** `key` is the same whenever the same thing is told again, under whichever topic: the fact is recorded once. */
export type NotificationFact = {
  [Kind in NotificationKind]: { kind: Kind; key: string; conversationId: string; body: FactBodies[Kind] }
}[NotificationKind]

/** The only topics that may cause a text. Every other one may repeat an agent's old words. */
const REPLY_TOPICS = new Set([
  'conversation.admin.replied',
  'conversation.admin.closed',
  'conversation.admin.opened',
  'conversation.admin.assigned',
  'conversation.admin.open.assigned',
  'conversation.admin.snoozed',
  'conversation.admin.unsnoozed',
  'conversation.operator.replied',
])

/** A first reply assigns itself to the agent, and one click replies and closes: a reply is often not a `comment`. */
const AGENT_PART_TYPES = new Set([
  'comment',
  'quick_reply',
  'assignment',
  'close',
  'open',
  'assign_and_reopen',
  'snoozed',
  'unsnoozed',
])
const BOT_PART_TYPES = new Set(['comment', 'quick_reply'])
const PROMPT_PART_TYPES = new Set(['attribute_collector', 'attribute_collected'])
const PART_CHANGES = new Map<string, 'closed' | 'opened'>([
  ['close', 'closed'],
  ['open', 'opened'],
  ['assign_and_reopen', 'opened'],
  // Asleep is not closed: the customer's text wakes it.
  ['snoozed', 'opened'],
  ['unsnoozed', 'opened'],
])
const TOPIC_CHANGES = new Map<string, 'closed' | 'opened'>([
  ['conversation.admin.closed', 'closed'],
  ['conversation.admin.opened', 'opened'],
])
const AGENT_AUTHORS = new Set(['admin', 'team'])
const CONTACT_AUTHORS = new Set(['user', 'lead', 'contact'])

export interface ReadOptions {
  relayBots: boolean
  /** Marks a conversation begun by a teammate as one to be texted. */
  tag: string
}

/** No captured notification carries more than 13. */
const MAX_ELEMENTS = 100

interface Notification {
  topic: string
  /** Unix milliseconds; 0 when the envelope has no time. */
  at: number
  id: string | null
  item: Fields
  conversationId: string
  contactIds: string[]
  parts: Fields[]
  /** The first message, which is not among the parts. */
  source: Fields
}

/**
 * What a verified Intercom notification tells us. `payload` is the parsed JSON body; what it lacks or has in another
 * shape yields fewer facts, never an exception. At most 100 parts are read. A reply still has to belong to a thread of
 * ours and not to be our own part: only the flows know that.
 *
 * The rule comes from captured webhooks, not from the reference, which is silent on most of it:
 * https://developers.intercom.com/docs/references/webhooks/webhook-models
 */
export function readNotification(payload: unknown, options: ReadOptions): NotificationFact[] {
  const notification = openEnvelope(payload)
  if (notification === null) return []
  const { topic, source, parts } = notification
  if (topic === 'conversation.deleted') return [changed(notification, 'deleted')]
  if (topic === 'conversation.user.created') return seenSource(notification)
  if (topic === 'conversation.user.replied') {
    const byContact = parts.filter(isByContact)
    return [...byContact.flatMap((part) => seenPart(notification, part)), ...changes(notification, byContact)]
  }
  if (topic === 'conversation.admin.single.created') {
    return [...readReply(notification, asPart(source), options), ...readStarted(notification, options)]
  }
  if (topic === 'conversation_part.tag.created') return readStarted(notification, options)
  if (topic === 'conversation.admin.noted') return parts.flatMap((part) => readNote(notification, part))
  if (!REPLY_TOPICS.has(topic)) return []
  return [...parts.flatMap((part) => readReply(notification, part, options)), ...changes(notification, parts)]
}

/**
 * Whether a bot's comment is Intercom's own prompt ("Give the team a way to reach you:"), which makes no sense to
 * somebody who is texting: the part right after it collects an attribute and has the same author.
 */
export function looksLikePrompt(parts: ConversationPart[], partId: string): boolean {
  const index = parts.findIndex((part) => part.id === partId)
  const [part, next] = index < 0 ? [] : parts.slice(index)
  if (part === undefined || next === undefined || !PROMPT_PART_TYPES.has(next.partType)) return false
  return part.author.type === next.author.type && part.author.id === next.author.id
}

function openEnvelope(payload: unknown): Notification | null {
  const envelope = fields(payload)
  const item = fields(fields(envelope.data).item)
  // A deleted conversation has no id of its own.
  const conversationId = id(item.id) ?? id(item.conversation_id)
  const topic = text(envelope.topic)
  if (topic === null || conversationId === null || item.type !== 'conversation') return null
  const contacts = objects(fields(item.contacts).contacts, MAX_ELEMENTS)
  return {
    // The common webhook guides know this older name only.
    topic: topic === 'conversation.replied' ? 'conversation.admin.replied' : topic,
    at: time(envelope.created_at) ?? 0,
    id: id(envelope.id),
    item,
    conversationId,
    // API 1.x: one `user` instead of a list, `conversation_message` instead of `source`.
    contactIds: (contacts.length > 0 ? contacts : [fields(item.user)]).flatMap((contact) => id(contact.id) ?? []),
    parts: objects(fields(item.conversation_parts).conversation_parts, MAX_ELEMENTS),
    source: fields(item.source ?? item.conversation_message),
  }
}

function readReply(notification: Notification, part: Fields, options: ReadOptions): NotificationFact[] {
  const partId = id(part.id)
  const partType = text(part.part_type)
  const author = fields(part.author)
  const authorType = text(author.type) ?? ''
  if (partId === null || partType === null || part.redacted === true || /note/i.test(partType)) return []
  const byBot = authorType === 'bot'
  if (byBot ? !options.relayBots || !BOT_PART_TYPES.has(partType) : !AGENT_AUTHORS.has(authorType)) return []
  if (!hasWords(part)) return []
  const { conversationId } = notification
  const key = `reply:${partId}`
  if (!AGENT_PART_TYPES.has(partType)) {
    return [{ kind: 'reply.unknown', key, conversationId, body: { conversationId, partId, partType } }]
  }
  const maybePrompt = byBot && author.from_ai_agent !== true && author.is_ai_answer !== true
  return [{ kind: 'reply.sent', key, conversationId, body: { ...wordsOf(notification, part, partId), maybePrompt } }]
}

/** A command of a teammate. Bots and our own notes give none: those never begin with a slash. */
function readNote(notification: Notification, part: Fields): NotificationFact[] {
  const partId = id(part.id)
  if (partId === null || part.part_type !== 'note' || part.redacted === true) return []
  if (fields(part.author).type !== 'admin' || readCommand(text(part.body) ?? '') === null) return []
  const body = wordsOf(notification, part, partId)
  return [{ kind: 'note.written', key: `note:${partId}`, conversationId: notification.conversationId, body }]
}

/** A conversation begun by a teammate that carries our tag; told once, whichever came first, the tag or the telling. */
function readStarted(notification: Notification, { tag }: ReadOptions): NotificationFact[] {
  const { conversationId, source, item } = notification
  const sourceId = id(source.id)
  const byTeammate = AGENT_AUTHORS.has(text(fields(source.author).type) ?? '')
  const tags = objects(fields(item.tags).tags, MAX_ELEMENTS).map(({ name }) => text(name)?.toLowerCase())
  if (sourceId === null || !byTeammate || !tags.includes(tag.toLowerCase()) || !hasWords(source)) return []
  const body = wordsOf(notification, asPart(source), sourceId)
  return [{ kind: 'conversation.started', key: startedKey(conversationId), conversationId, body }]
}

/** The fact that a teammate began a conversation to be texted. */
export const startedKey = (conversationId: string) => `started:${conversationId}`

const asPart = (source: Fields): Fields => ({ ...source, part_type: 'comment' })

function wordsOf(notification: Notification, part: Fields, partId: string): ReplySent {
  const author = fields(part.author)
  const name = text(author.name)
  return {
    topic: notification.topic,
    conversationId: notification.conversationId,
    contactIds: notification.contactIds,
    partId,
    partType: text(part.part_type) ?? '',
    body: text(part.body) ?? '',
    attachments: readAttachments(part),
    author: { type: text(author.type) ?? '', id: id(author.id) ?? '', ...(name !== null && { name }) },
    maybePrompt: false,
    createdAt: time(part.created_at) ?? notification.at,
  }
}

/** Without a file, a null body, or one of empty paragraphs, is a state change and not a message. */
function hasWords(part: Fields): boolean {
  if (readAttachments(part).length > 0) return true
  const content = toSmsText(text(part.body) ?? '')
  return content.text.trim() !== '' || content.images.length > 0
}

function readAttachments(part: Fields): ReplySent['attachments'] {
  return objects(part.attachments, MAX_ELEMENTS).flatMap((attachment) => {
    const url = text(attachment.url)
    if (url === null) return []
    const size = attachment.filesize
    return {
      url,
      name: text(attachment.name) ?? 'attachment',
      contentType: text(attachment.content_type) ?? 'application/octet-stream',
      ...(typeof size === 'number' && { size }),
    }
  })
}

/** One fact per part that closes or opens; without such a part the topic alone says it. */
function changes(notification: Notification, parts: Fields[]): NotificationFact[] {
  const byPart = parts.flatMap((part) => {
    const change = PART_CHANGES.get(text(part.part_type) ?? '')
    return change && id(part.id) !== null ? changed(notification, change, part) : []
  })
  const byTopic = TOPIC_CHANGES.get(notification.topic)
  const told = byTopic === undefined || byPart.some((fact) => fact.body.change === byTopic)
  return told ? byPart : [...byPart, changed(notification, byTopic)]
}

function changed(notification: Notification, change: ConversationChanged['change'], part?: Fields) {
  const { conversationId } = notification
  const at = time(part?.created_at) ?? notification.at
  const occurrence = id(part?.id) ?? notification.id ?? at
  const key = `conversation:${conversationId}:${change}:${occurrence}`
  return { kind: 'conversation.changed' as const, key, conversationId, body: { conversationId, change, at } }
}

function seenSource(notification: Notification): NotificationFact[] {
  const { conversationId, contactIds, source, item } = notification
  if (!isByContact(source)) return []
  const createdAt = time(item.created_at) ?? notification.at
  const body: PartSeen = { conversationId, contactIds, partId: null, body: text(source.body) ?? '', createdAt }
  return [{ kind: 'part.seen', key: `seen:source:${conversationId}`, conversationId, body }]
}

function seenPart(notification: Notification, part: Fields): NotificationFact[] {
  const { conversationId, contactIds } = notification
  const partId = id(part.id)
  if (partId === null || part.redacted === true) return []
  const createdAt = time(part.created_at) ?? notification.at
  const authorId = id(fields(part.author).id)
  const words = text(part.body) ?? ''
  const body: PartSeen = { conversationId, contactIds, partId, ...(authorId && { authorId }), body: words, createdAt }
  return [{ kind: 'part.seen', key: `seen:${partId}`, conversationId, body }]
}

function isByContact(message: Fields): boolean {
  return CONTACT_AUTHORS.has(text(fields(message.author).type) ?? '')
}

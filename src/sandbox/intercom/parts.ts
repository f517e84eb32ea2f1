import { conversationShape, type Format } from './shapes.ts'
import { type Attachment, type Author, type Conversation, newId, type Part, type World } from './world.ts'

export interface NewPart {
  partType: string
  author: Author
  body?: string | null
  text?: string | null
  attachments?: Attachment[]
  assignedTo?: Part['assignedTo']
  appPackageCode?: string | null
}

export const newConversationId = () => newId(215_472_621_000_000)
export const newMessageId = () => newId(3_381_800_000)

/** Adds a part and lets the conversation follow: state, assignee, who waits for whom. */
export function addPart(world: World, conversation: Conversation, wanted: NewPart): Part {
  const now = world.now()
  const part: Part = {
    id: newId(37_358_000_000),
    partType: wanted.partType,
    body: wanted.body ?? null,
    text: wanted.text ?? null,
    author: wanted.author,
    assignedTo: wanted.assignedTo ?? null,
    attachments: wanted.attachments ?? [],
    redacted: false,
    appPackageCode: wanted.appPackageCode ?? null,
    createdAt: now,
    updatedAt: now,
  }
  conversation.parts.push(part)
  conversation.updatedAt = now
  follow(conversation, part)
  world.changes.changed()
  return part
}

const STATES: Record<string, Conversation['state']> = {
  open: 'open',
  assign_and_reopen: 'open',
  unsnoozed: 'open',
  close: 'closed',
  snoozed: 'snoozed',
}

function follow(conversation: Conversation, part: Part): void {
  conversation.state = STATES[part.partType] ?? conversation.state
  const { assignedTo, author } = part
  if (assignedTo?.type === 'team') conversation.teamAssigneeId = assignedTo.id
  else if (assignedTo) conversation.adminAssigneeId = assignedTo.id
  if (part.body === null || part.partType === 'note') return
  if (author.type === 'user') {
    conversation.waitingSince ??= part.createdAt
    conversation.read = true
  } else if (author.type === 'admin') {
    conversation.waitingSince = null
    conversation.read = false
  }
}

const webhookFormat = (world: World): Format => (world.apiVersion === '2.15' ? 'plain' : 'html')

/** Sends a webhook about a conversation: it carries only the parts that caused it. */
export function tell(world: World, topic: string, conversation: Conversation, parts: Part[]): void {
  world.emit(topic, conversationShape(world, conversation, webhookFormat(world), parts))
}

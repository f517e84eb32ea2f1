import { randomBytes, randomUUID } from 'node:crypto'
import type { Changes } from '../changes.ts'
import type { Answer } from '../http.ts'

export interface IntercomOptions {
  accessToken: string
  clientSecret: string
  appId: string
  /** The first one is the token's own admin. */
  admins: { id: string; name: string }[]
  teams?: { id: string; name: string }[]
  /** Where the workspace is hosted. Default US. */
  region?: 'US' | 'EU' | 'AU'
  /** The app's version: webhook bodies are HTML up to 2.14, plain text from 2.15. Default 2.14. */
  apiVersion?: '2.14' | '2.15'
  /** Unix milliseconds. */
  now?: () => number
  /** New contacts and conversations are missing from searches for this long. Default 0. */
  searchLagMs?: number
  /** A new contact cannot be written to for this long (404 "User Not Found"). Default 0. */
  contactReadyMs?: number
  /** Agents' uploads can be fetched for this long. Default 30 minutes. */
  uploadTtlMs?: number
  /** Between the first failed delivery of a webhook and its only retry. Default 60 s. */
  retryDelayMs?: number
  rateLimitPer10s?: number
}

export interface Contact {
  id: string
  role: 'user' | 'lead'
  externalId: string | null
  email: string | null
  phone: string | null
  name: string | null
  customAttributes: Record<string, unknown>
  archived: boolean
  deleted: boolean
  /** The contact this one became. */
  mergedInto: string | null
  /** Unix milliseconds. */
  createdAt: number
  updatedAt: number
  lastRepliedAt: number | null
  lastContactedAt: number | null
}

export interface Author {
  type: 'user' | 'lead' | 'admin' | 'bot' | 'team'
  id: string
  name: string | null
  email: string
  from_ai_agent: boolean
  is_ai_answer: boolean
}

export interface Attachment {
  name: string
  contentType: string
  data: Buffer
  url: string
  /** Unix milliseconds; the address answers 403 afterwards. */
  expiresAt: number
}

export interface Part {
  id: string
  partType: string
  /** HTML. */
  body: string | null
  /** What was posted, before Intercom made HTML of it. */
  text: string | null
  author: Author
  assignedTo: { type: string; id: string | null } | null
  attachments: Attachment[]
  redacted: boolean
  /** Set on what our token made, null on what was written in Intercom. */
  appPackageCode: string | null
  /** Unix milliseconds. */
  createdAt: number
  updatedAt: number
}

export interface Source {
  id: string
  body: string
  text: string
  author: Author
  deliveredAs: 'customer_initiated' | 'admin_initiated'
  attachments: Attachment[]
}

export interface Tag {
  id: string
  name: string
}

export interface Conversation {
  id: string
  contactIds: string[]
  state: 'open' | 'closed' | 'snoozed'
  read: boolean
  priority: 'priority' | 'not_priority'
  title: string
  tags: Tag[]
  customAttributes: Record<string, unknown>
  adminAssigneeId: string | null
  teamAssigneeId: string | null
  source: Source
  parts: Part[]
  /** Unix milliseconds. */
  createdAt: number
  updatedAt: number
  waitingSince: number | null
  snoozedUntil: number | null
}

export interface DataAttribute {
  id: number
  name: string
  model: string
  dataType: string
}

/** A webhook to be sent: the topic and what it is about, frozen when it happened. */
export type Emit = (topic: string, item: unknown) => void

/** What the parts of the stand-in share. */
export interface World extends IntercomOptions {
  now: () => number
  changes: Changes
  /** Its own address, where uploads are served. */
  url: string
  searchLagMs: number
  contactReadyMs: number
  contacts: Contact[]
  conversations: Conversation[]
  tags: Tag[]
  dataAttributes: DataAttribute[]
  uploads: Map<string, Attachment>
  phoneSwitches: string[]
  emit: Emit
}

let lastId = 0
/** Ids never repeat in one process, so that those of two stand-ins cannot be mixed up. */
export const newId = (start: number) => String(start + ++lastId)
export const newContactId = () => randomBytes(12).toString('hex')

/** `{ type: 'error.list' }`, the body of every refusal. */
export function refuse(status: number, code: string, message: string, headers: Record<string, string> = {}): Answer {
  return { status, headers, body: { type: 'error.list', request_id: randomUUID(), errors: [{ code, message }] } }
}

export const resourceNotFound = () => refuse(404, 'not_found', 'Resource Not Found')

export const seconds = (ms: number) => Math.floor(ms / 1000)

/** A field of a JSON body, when it is a non-empty string or a number. */
export function text(body: unknown, name: string): string | undefined {
  const value = property(body, name)
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}

export function property(body: unknown, name: string): unknown {
  return typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined
}

export function adminAuthor(world: World, id: string): Author | null {
  const admin = world.admins.find((candidate) => candidate.id === id)
  if (!admin) return null
  const email = `${admin.name.toLowerCase().replaceAll(' ', '.')}@example.com`
  return { type: 'admin', id, name: admin.name, email, from_ai_agent: false, is_ai_answer: false }
}

export function contactAuthor(contact: Contact): Author {
  const { id, name, email } = contact
  return { type: 'user', id, name, email: email ?? '', from_ai_agent: false, is_ai_answer: false }
}

export function botAuthor(world: World, flags: { fromAi?: boolean } = {}): Author {
  const ai = flags.fromAi ?? false
  return {
    type: 'bot',
    id: '9608808',
    name: 'Fin',
    email: `operator+${world.appId}@intercom.io`,
    from_ai_agent: ai,
    is_ai_answer: ai,
  }
}

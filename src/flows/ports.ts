import type { NotifyEntry } from '../config/behaviour.ts'
import type { ToldEvent } from '../rules/team-events.ts'

/**
 * The two shores as the flows see them. `twilio/client.ts` and `intercom/client.ts` implement these; nothing else in
 * `flows/` knows the vendors' SDKs. Every method throws a {@link VendorError} and makes exactly the calls it names.
 */

/** A file in memory, on its way from one shore to the other. */
export interface File {
  name: string
  contentType: string
  data: Buffer
}

export interface OutgoingSms {
  /** One of our own addresses; absent = sent through the Messaging Service. */
  from?: string
  to: string
  body: string
  mediaUrls: string[]
  /** Absolute URL, marker included. */
  statusCallback: string
}

/** What Twilio says of a text: https://www.twilio.com/docs/messaging/api/message-resource */
export interface SentSms {
  sid: string
  /** Twilio's MessageStatus at the time of the answer. */
  status: string
  /** Segments as Twilio counts them; null while it does not know yet. */
  segments: number | null
}

export interface ListedSms extends SentSms {
  direction: string
  from: string
  to: string
  body: string
  mediaCount: number
  /** The Messaging Service it belongs to, if any. */
  serviceSid: string | null
  errorCode: number | null
  /** Negative for what it took; null until some time after the text has come to its end. */
  price: string | null
  /** ISO 4217. */
  priceUnit: string
  /** Unix milliseconds. */
  createdAt: number
  /** Unix milliseconds; null while not sent. For an inbound text: when Twilio called the webhook. */
  sentAt: number | null
}

export interface Twilio {
  /** One call: POST /Messages.json */
  send(sms: OutgoingSms): Promise<SentSms>
  /** GET /Messages.json, every page; newest first as Twilio lists them. Filters as given, `since` in Unix milliseconds. */
  list(filter: { to?: string; from?: string; since: number }): Promise<ListedSms[]>
  /** GET /Messages/{sid}.json; null on 404. */
  fetch(sid: string): Promise<ListedSms | null>
  /** GET /Messages/{sid}/Media.json: what came with a received message, in Twilio's order. */
  listMedia(sid: string): Promise<{ url: string; contentType: string }[]>
  /**
   * GET /Messages/{sid}/Media.json, DELETE each of them, POST /Messages/{sid}.json with an empty body: Twilio keeps who texted
   * whom and when, and nothing of what. A message that is gone already is no error. One that is still on its way is refused
   * for now.
   */
  redact(sid: string): Promise<void>
  /** What an error code of a status callback means and what to do about it, in words an agent understands. No call. */
  explain(code: number): { sentence: string; next: string }
  /** GET a media URL of a received message. Only Twilio's own hosts; credentials never follow a redirect to another host. */
  fetchMedia(url: string): Promise<File>
}

export interface IntercomContact {
  id: string
  role: 'user' | 'lead'
  name: string | null
  phone: string | null
  /** Unix milliseconds of the latest activity Intercom reports (last seen, replied, updated, created); 0 when none. */
  lastActivityAt: number
}

export interface NewContact {
  role: 'user' | 'lead'
  externalId?: string
  phone?: string
  name?: string
}

export interface ConversationPart {
  id: string
  partType: string
  /** HTML up to API 2.14, plain text later; null for a state change. */
  body: string | null
  /** Unix milliseconds. */
  createdAt: number
  author: { type: string; id: string; fromAi: boolean }
  redacted: boolean
}

export interface IntercomConversation {
  id: string
  state: string
  contactIds: string[]
  /** The first message, which is not among the parts. */
  source: { id: string; body: string | null; author: { type: string; id: string } } | null
  createdAt: number
  parts: ConversationPart[]
}

export type AssigneeKind = 'team' | 'admin'

/** As a search shows it. */
export interface ChangedConversation {
  id: string
  /** When a teammate began it (Unix ms); null where somebody else did. */
  begunAt: number | null
}

export interface Intercom {
  /** How many calls Intercom lets this app make in ten seconds, by its own headers; null until it said so. No call. */
  callsPer10s(): number | null
  /** GET /contacts/find_by_external_id; null on 404; a merged contact (410) is answered as the contact it was merged into. */
  findContactByExternalId(externalId: string): Promise<IntercomContact | null>
  /** One POST /contacts/search: contacts whose phone or formatted_phone is one of `phones`, or whose name is `name`. */
  searchContacts(query: { phones: string[]; name?: string }): Promise<IntercomContact[]>
  /** POST /contacts; an existing one (409) is answered as that contact, unarchived if need be. */
  createContact(contact: NewContact): Promise<IntercomContact>
  /** POST /conversations as the contact. */
  openConversation(input: { contactId: string; body: string }): Promise<{ conversationId: string; sourceId: string }>
  /** POST /conversations/{id}/reply as the contact. */
  appendPart(input: {
    conversationId: string
    contactId: string
    body: string
    files: File[]
  }): Promise<{ partId: string | null }>
  /** POST /conversations/{id}/reply as an internal note by our admin. `html`: Intercom's small HTML (p, b, i, a, br). */
  postNote(input: { conversationId: string; html: string }): Promise<{ partId: string | null }>
  /** POST /conversations/{id}/tags with the id of a tag (looked up or created once per process); default: our own tag. */
  tagConversation(conversationId: string, name?: string): Promise<void>
  /** PUT /conversations/{id} { read: true } */
  markRead(conversationId: string): Promise<void>
  /** POST /conversations/{id}/parts: closed by our admin, without words. */
  closeConversation(conversationId: string): Promise<void>
  /** PUT /conversations/{id} { title } */
  titleConversation(conversationId: string, title: string): Promise<void>
  /** POST /conversations/{id}/parts: opened by our admin, without words. */
  reopenConversation(conversationId: string): Promise<void>
  /** GET /teams or GET /admins, asked for again after ten minutes. */
  assignees(kind: AssigneeKind): Promise<{ id: string; name: string }[]>
  /** POST /conversations/{id}/parts: assigned by our admin, without words. It can have a team and an admin. */
  assignConversation(input: { conversationId: string; kind: AssigneeKind; id: string }): Promise<void>
  /**
   * PUT /conversations/{id} with those custom attributes that the workspace has; the others are left out, which is no
   * error. A name that is not known yet is tried alone, and again after an hour.
   */
  describeConversation(conversationId: string, attributes: Record<string, string | number>): Promise<void>
  /** How many calls that takes, as far as it is known which of them exist. No call. */
  callsToDescribe(attributes: Record<string, string | number>): number
  /** PUT /conversations/{id} with custom attributes of our own; one that does not exist yet is created, then set. */
  markConversation(conversationId: string, attributes: Record<string, string | number>): Promise<void>
  /** Where a teammate finds it. No call. */
  conversationUrl(conversationId: string): string
  /** GET /contacts/{id}; null on 404; a merged contact is answered as the one it was merged into. */
  getContact(contactId: string): Promise<IntercomContact | null>
  /** PUT /contacts/{id} with custom attributes; an attribute that does not exist yet is created, then set. */
  setContactAttributes(contactId: string, attributes: Record<string, string | boolean | number>): Promise<void>
  /** POST /phone_call_redirects: Intercom texts a link into the Messenger to this number (E.164). */
  switchToMessenger(phone: string): Promise<void>
  /** GET /conversations/{id}; null on 404. A direct read, not the search index. */
  getConversation(conversationId: string): Promise<IntercomConversation | null>
  /** POST /conversations/search by contact, created after `since` (Unix ms). Lags by minutes. */
  searchConversations(query: { contactId: string; since: number }): Promise<IntercomConversation[]>
  /**
   * Every page of POST /conversations/search: conversations with our tag that changed after `since` (Unix ms). Lags by
   * minutes.
   */
  changedConversations(since: number): Promise<ChangedConversation[]>
  /** GET /conversations/{id}: the names of its tags; none on 404. */
  tagsOf(conversationId: string): Promise<string[]>
  /** GET /conversations/{id} as Intercom sends it, for the rules that read notifications; null on 404. */
  readConversation(conversationId: string): Promise<unknown>
  /** Downloads an agent's attachment. Only Intercom's own upload hosts. */
  fetchAttachment(url: string): Promise<File>
}

/** What the operator's own bot is asked with: a customer's text and what belongs to it. */
export interface Question {
  /** The same whenever the same text is asked about again. */
  id: string
  /** As the operator API shows them; `history` is what was said before, oldest first. */
  data: { message: object; thread: object | null; contact: object | null; history: object[] }
}

/** Nothing, words to answer with, or that people should answer from now on. */
export interface ResponderAnswer {
  reply?: string
  handoff?: boolean
}

export interface Responder {
  /** One signed POST. Whatever goes wrong is a VendorError that is permanent: it is never asked twice. */
  ask(question: Question, timeoutMs: number): Promise<ResponderAnswer>
}

/** Somebody of ours who is told what happens: one address, however many entries of `notify` name it. */
export interface Target {
  /** Names it in rows and doors, since its address may be a secret. */
  key: string
  kind: NotifyEntry['kind']
  address: string
  /** What its webhooks are signed with. */
  secret?: string
  entries: NotifyEntry[]
}

export interface Letter {
  /** The same whenever the same letter is sent again. */
  id: string
  /** Unix milliseconds. */
  at: number
  /** One, or the many of a digest. */
  events: ToldEvent[]
}

export interface Notifier {
  /** One call, which may be repeated. What goes wrong uses up an attempt, whatever it is, and concerns nobody else. */
  post(target: Target, letter: Letter): Promise<void>
}

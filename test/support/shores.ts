import { VendorError } from '../../src/errors.ts'
import type {
  File,
  Intercom,
  IntercomContact,
  IntercomConversation,
  ListedSms,
  NewContact,
  SentSms,
  Twilio,
} from '../../src/flows/ports.ts'

/** Twilio in the hand: what it was asked, and what it will answer. */
export interface FakeTwilio extends Twilio {
  sent: Parameters<Twilio['send']>[0][]
  listed: ListedSms[]
  files: Record<string, File | VendorError>
}

/** Intercom in the hand. Its calls are written down by name. */
export interface FakeIntercom extends Intercom {
  calls: string[]
  contacts: (IntercomContact & { externalId?: string })[]
  conversations: IntercomConversation[]
  files: Record<string, File | VendorError>
  refuse: Partial<Record<'createContact', (contact: NewContact) => VendorError | null>>
}

function given(files: Record<string, File | VendorError>, url: string): File {
  const file = files[url]
  if (!file) throw new Error(`No file at ${url}`)
  if (file instanceof VendorError) throw file
  return file
}

export function fakeTwilio(): FakeTwilio {
  const twilio: FakeTwilio = {
    sent: [],
    listed: [],
    files: {},
    async send(sms): Promise<SentSms> {
      twilio.sent.push(sms)
      return { sid: `SM${twilio.sent.length}`, status: 'queued', segments: 1 }
    },
    list: async () => twilio.listed,
    explain: (code) => ({ sentence: `Twilio says ${code}.`, next: 'Call instead.' }),
    fetchMedia: async (url) => given(twilio.files, url),
    fetch: async (sid) => twilio.listed.find((sms) => sms.sid === sid) ?? null,
    listMedia: async () => [],
    redact: async () => {},
  }
  return twilio
}

export function fakeIntercom(clock: { now: number }): FakeIntercom {
  const intercom: FakeIntercom = {
    calls: [],
    contacts: [],
    conversations: [],
    files: {},
    refuse: {},
    callsPer10s: () => null,
    async findContactByExternalId(externalId) {
      intercom.calls.push('findContactByExternalId')
      return intercom.contacts.find((contact) => contact.externalId === externalId) ?? null
    },
    async searchContacts({ phones, name }) {
      intercom.calls.push('searchContacts')
      return intercom.contacts.filter((c) => phones.includes(c.phone ?? '') || (name !== undefined && c.name === name))
    },
    async createContact(contact) {
      intercom.calls.push('createContact')
      const refused = intercom.refuse.createContact?.(contact)
      if (refused) throw refused
      const made = {
        name: null,
        phone: null,
        ...contact,
        id: `contact-${intercom.contacts.length + 1}`,
        lastActivityAt: 0,
      }
      intercom.contacts.push(made)
      return made
    },
    async openConversation({ contactId, body }) {
      intercom.calls.push(`openConversation ${body}`)
      const id = `conversation-${intercom.conversations.length + 1}`
      const source = { id: `source-${id}`, body, author: { type: 'user', id: contactId } }
      const conversation = { id, state: 'open', contactIds: [contactId], source, createdAt: clock.now, parts: [] }
      intercom.conversations.push(conversation)
      return { conversationId: id, sourceId: source.id }
    },
    async appendPart({ conversationId, body, files }) {
      intercom.calls.push(`appendPart ${conversationId} ${[body, ...files.map(({ name }) => name)].join(' + ')}`)
      return { partId: `part-${intercom.calls.length}` }
    },
    async postNote({ html }) {
      intercom.calls.push(`postNote ${html}`)
      return { partId: `part-${intercom.calls.length}` }
    },
    async tagConversation(id, name) {
      intercom.calls.push(['tagConversation', id, name].join(' ').trim())
    },
    assignees: async () => [],
    async assignConversation({ conversationId, kind, id }) {
      intercom.calls.push(`assignConversation ${conversationId} ${kind} ${id}`)
    },
    async describeConversation(id) {
      intercom.calls.push(`describeConversation ${id}`)
    },
    callsToDescribe: () => 1,
    async markRead(id) {
      intercom.calls.push(`markRead ${id}`)
    },
    async closeConversation(id) {
      intercom.calls.push(`closeConversation ${id}`)
    },
    async titleConversation(id, title) {
      intercom.calls.push(`titleConversation ${id} ${title}`)
    },
    async reopenConversation(id) {
      intercom.calls.push(`reopenConversation ${id}`)
    },
    async markConversation(id, attributes) {
      intercom.calls.push(`markConversation ${id} ${JSON.stringify(attributes)}`)
    },
    conversationUrl: (id) => `https://app.intercom.com/a/apps/_/conversations/${id}`,
    getContact: async (id) => intercom.contacts.find((contact) => contact.id === id) ?? null,
    async setContactAttributes(id, attributes) {
      intercom.calls.push(`setContactAttributes ${id} ${JSON.stringify(attributes)}`)
    },
    getConversation: async (id) => intercom.conversations.find((conversation) => conversation.id === id) ?? null,
    searchConversations: async ({ contactId }) =>
      intercom.conversations.filter(({ contactIds }) => contactIds.includes(contactId)),
    changedConversations: async () => [],
    tagsOf: async () => [],
    readConversation: async () => null,
    async switchToMessenger(phone) {
      intercom.calls.push(`switchToMessenger ${phone}`)
    },
    fetchAttachment: async (url) => given(intercom.files, url),
  }
  return intercom
}

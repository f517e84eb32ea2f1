/** What the webhooks record: the shape of each fact's body. Everything here is already verified and bounded. */

export interface SmsReceived {
  sid: string
  /** The customer's address: E.164, short code, alphanumeric sender, `whatsapp:…` or `rcs:…`. */
  from: string
  /** Our address, same forms. */
  to: string
  messagingServiceSid?: string
  body: string
  /** In the order Twilio numbered them. */
  media: { url: string; contentType: string }[]
  profileName?: string
  /** START, STOP or HELP: Twilio's Advanced Opt-Out has already answered. */
  optOutType?: string
  /** As Twilio gives them; empty values left out. */
  place: { city?: string; state?: string; country?: string }
  /** Unix ms when it was sent; only of a text that was found later in Twilio's list instead of being announced. */
  missedAt?: number
}

export interface SmsStatus {
  sid: string
  status: string
  to: string
  from: string
  errorCode?: number
  /** `<effect id>.<attempt>`, from our own StatusCallback URL. */
  marker?: string
}

/** A part (or first message) that may be an agent's reply; whether it is one was decided by `rules/agent-reply.ts`. */
export interface ReplySent {
  topic: string
  conversationId: string
  contactIds: string[]
  partId: string
  partType: string
  /** HTML or plain text as it came. */
  body: string
  attachments: { url: string; name: string; contentType: string; size?: number }[]
  author: { type: string; id: string; name?: string }
  /** A bot's comment that may be one of Intercom's own prompts: look before texting. */
  maybePrompt: boolean
  /** Unix milliseconds. */
  createdAt: number
}

/** A part with an agent's words of a type we do not know: never texted, but the agent is told. */
export interface ReplyUnknown {
  conversationId: string
  partId: string
  partType: string
}

export interface ConversationChanged {
  conversationId: string
  change: 'closed' | 'opened' | 'deleted'
  /** Unix milliseconds. */
  at: number
}

/** Something posted as the contact came back to us: evidence that a call in doubt took effect. */
export interface PartSeen {
  conversationId: string
  contactIds: string[]
  /** Null for the first message of a conversation. */
  partId: string | null
  /** The contact who wrote it: in a group several do. */
  authorId?: string
  body: string
  /** Unix milliseconds. */
  createdAt: number
}

/** A contact is gone, for good or for now, or has become another one. */
export type ContactChanged =
  | { change: 'archived' | 'deleted'; contactId: string }
  | { change: 'merged'; contactId: string; into: string }

/** A contact was taken out of a conversation. */
export interface ContactDetached {
  conversationId: string
  contactId: string
}

/** A contact with a phone number that somebody or something other than the bridge created in Intercom. */
export interface ContactCreated {
  contactId: string
  /** As it was typed. */
  phone: string
  name: string | null
}

export interface FactBodies {
  'sms.received': SmsReceived
  'sms.status': SmsStatus
  'reply.sent': ReplySent
  'reply.unknown': ReplyUnknown
  /** A teammate's note that begins with a slash. */
  'note.written': ReplySent
  /** The first message of a conversation that a teammate began and that carries our tag. */
  'conversation.started': ReplySent
  'conversation.changed': ConversationChanged
  'part.seen': PartSeen
  'contact.changed': ContactChanged
  'contact.detached': ContactDetached
  'contact.created': ContactCreated
}
export type FactKind = keyof FactBodies

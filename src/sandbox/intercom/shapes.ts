import { type Attachment, type Contact, type Conversation, type Part, seconds, type World } from './world.ts'

/** How bodies are written: REST gives HTML unless asked otherwise, webhooks plain text from API version 2.15 on. */
export type Format = 'html' | 'plain'

/** What Intercom makes of the plain text of a contact or an API call. */
export const toHtml = (text: string) =>
  text
    .split(/\n{2,}/)
    .map((paragraph) => `<p>${escapeHtml(paragraph).replaceAll('\n', '<br>')}</p>`)
    .join('\n')

const escapeHtml = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** Enough for what is written here: block ends and `<br>` become line ends, links `label (url)`. */
export const toPlain = (html: string) =>
  html
    .replace(/<a [^>]*href="([^"]*)"[^>]*>(.*?)<\/a>/g, '$2 ($1)')
    .replace(/<br\s*\/?>|<\/(p|div|li|h\d)>\n?(?=.)/g, '\n')
    .replace(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&nbsp;', ' ')
    .replaceAll('&amp;', '&')

const write = (html: string | null, format: Format) => (html === null || format === 'html' ? html : toPlain(html))

const EMPTY = { type: 'list', data: [], total_count: 0, has_more: false }

/** What it really contains is not documented: taken here as the typed number without its punctuation. */
export const formattedPhone = ({ phone }: Contact) => phone?.replace(/[^\d+]/g, '').replace(/^00/, '+') ?? null

/** Contact model. `iso`: webhooks write its times as ISO strings, REST as Unix seconds. */
export function contactShape(world: World, contact: Contact, times: 'unix' | 'iso' = 'unix') {
  const time = (ms: number | null) => {
    if (ms === null) return null
    return times === 'unix' ? seconds(ms) : new Date(ms).toISOString().replace('Z', '+00:00')
  }
  return {
    type: 'contact',
    id: contact.id,
    workspace_id: world.appId,
    external_id: contact.externalId,
    role: contact.role,
    email: contact.email,
    phone: contact.phone,
    formatted_phone: formattedPhone(contact),
    name: contact.name,
    avatar: null,
    owner_id: null,
    social_profiles: { type: 'list', data: [] },
    has_hard_bounced: false,
    marked_email_as_spam: false,
    unsubscribed_from_emails: false,
    created_at: time(contact.createdAt),
    updated_at: time(contact.updatedAt),
    signed_up_at: null,
    last_seen_at: null,
    last_replied_at: time(contact.lastRepliedAt),
    last_contacted_at: time(contact.lastContactedAt),
    language_override: null,
    location: { type: 'location', country: null, region: null, city: null, country_code: null, continent_code: null },
    custom_attributes: contact.customAttributes,
    tags: { ...EMPTY, url: `/contacts/${contact.id}/tags` },
    notes: { ...EMPTY, url: `/contacts/${contact.id}/notes` },
    companies: { ...EMPTY, url: `/contacts/${contact.id}/companies` },
    opted_out_subscription_types: { ...EMPTY, url: `/contacts/${contact.id}/subscriptions` },
    opted_in_subscription_types: { ...EMPTY, url: `/contacts/${contact.id}/subscriptions` },
    sms_consent: false,
    unsubscribed_from_sms: false,
    enabled_push_messaging: null,
  }
}

const attachmentShape = ({ name, url, contentType, data }: Attachment) => ({
  type: 'upload',
  name,
  url,
  content_type: contentType,
  filesize: data.length,
  width: null,
  height: null,
})

function partShape(conversation: Conversation, part: Part, format: Format) {
  return {
    type: 'conversation_part',
    id: part.id,
    part_type: part.partType,
    body: write(part.body, format),
    created_at: seconds(part.createdAt),
    updated_at: seconds(part.updatedAt),
    notified_at: seconds(part.createdAt),
    assigned_to: part.assignedTo,
    author: part.author,
    attachments: part.attachments.map(attachmentShape),
    external_id: null,
    redacted: part.redacted,
    metadata: {},
    email_message_metadata: null,
    state: conversation.state,
    tags: [],
    event_details: {},
    app_package_code: part.appPackageCode,
  }
}

/** Conversation model with these of its parts; REST lists and searches leave `conversation_parts` out. */
export function conversationShape(world: World, conversation: Conversation, format: Format, parts: Part[] | null) {
  const { source } = conversation
  const externalId = (id: string) => world.contacts.find((contact) => contact.id === id)?.externalId ?? null
  const { type, id, name, email } = source.author
  return {
    type: 'conversation',
    id: conversation.id,
    created_at: seconds(conversation.createdAt),
    updated_at: seconds(conversation.updatedAt),
    waiting_since: conversation.waitingSince === null ? null : seconds(conversation.waitingSince),
    snoozed_until: conversation.snoozedUntil === null ? null : seconds(conversation.snoozedUntil),
    source: {
      type: 'conversation',
      id: source.id,
      delivered_as: source.deliveredAs,
      subject: '',
      body: write(source.body, format),
      author: { type, id, name, email },
      attachments: source.attachments.map(attachmentShape),
      url: null,
      redacted: false,
    },
    contacts: {
      type: 'contact.list',
      contacts: conversation.contactIds.map((id) => ({ type: 'contact', id, external_id: externalId(id) })),
    },
    first_contact_reply: null,
    admin_assignee_id: conversation.adminAssigneeId === null ? null : Number(conversation.adminAssigneeId),
    team_assignee_id: conversation.teamAssigneeId === null ? null : Number(conversation.teamAssigneeId),
    open: conversation.state === 'open',
    state: conversation.state,
    read: conversation.read,
    tags: { type: 'tag.list', tags: conversation.tags.map((tag) => ({ type: 'tag', ...tag })) },
    priority: conversation.priority,
    sla_applied: null,
    statistics: { type: 'conversation_statistics', count_conversation_parts: conversation.parts.length + 1 },
    conversation_rating: null,
    teammates: { type: 'admin.list', admins: [] },
    title: conversation.title,
    custom_attributes: conversation.customAttributes,
    topics: { type: 'topic.list', topics: [], total_count: 0 },
    ticket: null,
    linked_objects: EMPTY,
    ai_agent: null,
    ai_agent_participated: false,
    ...(parts === null
      ? {}
      : {
          conversation_parts: {
            type: 'conversation_part.list',
            conversation_parts: parts.map((part) => partShape(conversation, part, format)),
            total_count: parts.length,
          },
        }),
  }
}

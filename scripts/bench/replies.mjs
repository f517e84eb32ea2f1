import { randomBytes } from 'node:crypto'
import { signBody } from '../../dist/sandbox/intercom/webhooks.js'
import { settings } from './settings.mjs'

export const INTERCOM = '/webhooks/intercom'
const CONVERSATIONS = 99

let lastPart = 37_358_000_000

/** Notifications as Intercom makes them, each a reply of its own, in 99 conversations in turn. */
export function signedReplies(count) {
  return Array.from({ length: count }, (_, n) => signedReply(String(215_472_621_000_000 + (n % CONVERSATIONS))))
}

/** The fields and their order are those of a captured notification. */
function signedReply(conversationId) {
  const at = Math.floor(Date.now() / 1000)
  const sam = { type: 'admin', id: '100', name: 'Sam Support', email: 'sam.support@example.com' }
  const maria = { type: 'user', id: '6762f0dd1bb69f9f2193bb83', name: null, email: '' }
  const part = {
    type: 'conversation_part',
    id: String(lastPart++),
    part_type: 'comment',
    body: '<p class="no-margin">Yes, it is ready. We are here until six – Sam</p>',
    created_at: at,
    updated_at: at,
    notified_at: at,
    assigned_to: null,
    author: { ...sam, from_ai_agent: false, is_ai_answer: false },
    attachments: [],
    external_id: null,
    redacted: false,
    metadata: {},
    email_message_metadata: null,
    state: 'open',
    tags: [],
    event_details: {},
    app_package_code: null,
  }
  const item = {
    type: 'conversation',
    id: conversationId,
    created_at: at - 600,
    updated_at: at,
    waiting_since: null,
    snoozed_until: null,
    source: {
      type: 'conversation',
      id: '3381800000',
      delivered_as: 'customer_initiated',
      subject: '',
      body: '<p>Hi, is my order ready? I could come by at five – Maria</p>',
      author: maria,
      attachments: [],
      url: null,
      redacted: false,
    },
    contacts: {
      type: 'contact.list',
      contacts: [{ type: 'contact', id: maria.id, external_id: 'sms:+12025550123' }],
    },
    first_contact_reply: null,
    admin_assignee_id: 100,
    team_assignee_id: null,
    open: true,
    state: 'open',
    read: true,
    tags: { type: 'tag.list', tags: [{ type: 'tag', id: '7', name: 'sms-channel' }] },
    priority: 'not_priority',
    sla_applied: null,
    statistics: { type: 'conversation_statistics', count_conversation_parts: 3 },
    conversation_rating: null,
    teammates: { type: 'admin.list', admins: [] },
    title: null,
    custom_attributes: {},
    topics: { type: 'topic.list', topics: [], total_count: 0 },
    ticket: null,
    conversation_parts: { type: 'conversation_part.list', conversation_parts: [part], total_count: 1 },
  }
  const body = JSON.stringify({
    type: 'notification_event',
    app_id: 'bench',
    data: { type: 'notification_event_data', item },
    links: {},
    id: `notif_${randomBytes(16).toString('hex')}`,
    topic: 'conversation.admin.replied',
    delivery_status: 'pending',
    delivery_attempts: 1,
    delivered_at: 0,
    first_sent_at: at,
    created_at: at,
    self: null,
  })
  return {
    headers: {
      'content-type': 'application/json; charset=utf-8',
      accept: '*/*',
      'user-agent': 'intercom-parrot-service-client/1.0',
      'x-hub-signature': signBody(settings.INTERCOM_CLIENT_SECRET, body),
    },
    body,
  }
}

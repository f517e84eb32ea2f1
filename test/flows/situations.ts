import type { FactBodies, ReplySent, SmsReceived, SmsStatus } from '../../src/flows/facts.ts'
import { type Flows, MARIA, NOW, SUPPORT } from '../support/flows.ts'

let texts = 0

/** A text Maria sent. */
export function text(o: Partial<SmsReceived> = {}): SmsReceived {
  return { sid: `SMin${++texts}`, from: MARIA, to: SUPPORT, body: 'Hello', media: [], place: { country: 'US' }, ...o }
}

/** A reply of Sam in Maria's conversation. */
export function reply(o: Partial<ReplySent> = {}): ReplySent {
  return {
    topic: 'conversation.admin.replied',
    conversationId: 'conversation-1',
    contactIds: ['contact-1'],
    partId: 'part-1',
    partType: 'comment',
    body: '<p>It ships today.</p>',
    attachments: [],
    author: { type: 'admin', id: '100', name: 'Sam Support' },
    maybePrompt: false,
    createdAt: NOW,
    ...o,
  }
}

export function status(o: Partial<SmsStatus> & { status: string }): SmsStatus {
  return { sid: 'SM1', to: MARIA, from: SUPPORT, ...o }
}

export function partSeen(o: Partial<FactBodies['part.seen']> = {}): FactBodies['part.seen'] {
  const seen = { conversationId: 'conversation-1', contactIds: ['contact-1'], partId: 'part-9', body: '<p>Hello</p>' }
  return { ...seen, createdAt: NOW, ...o }
}

/** Maria has texted, and her conversation is open in Intercom; nothing is left to do. */
export async function inConversation(flows: Flows): Promise<void> {
  await flows.tell('sms.received', text({ body: 'First' }))
  await flows.finish('part.post')
  for (const kind of ['conversation.manage', 'conversation.manage', 'note.post']) await flows.finish(kind)
  flows.intercom.calls.length = 0
}

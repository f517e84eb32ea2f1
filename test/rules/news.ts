import type { ShownMessage } from '../../src/store/read-messages.ts'

/** A message as it is told: Maria's to us, unless it says otherwise. */
export function message(body: string, more: Partial<ShownMessage> = {}): ShownMessage {
  return {
    id: '1',
    direction: 'inbound',
    status: 'posted',
    customer: '+12025550123',
    number: '+12025550199',
    channel: 'sms',
    body,
    media: [],
    segments: 1,
    price: null,
    priceUnit: null,
    twilioSid: null,
    conversationId: null,
    partId: null,
    contactId: null,
    error: null,
    createdAt: '2026-11-24T08:00:00.000Z',
    updatedAt: '2026-11-24T08:00:00.000Z',
    ...more,
  }
}

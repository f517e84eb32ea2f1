import { describe, expect, test } from '@jest/globals'
import { readNotification } from '../../src/rules/agent-reply.ts'

const SAM = { type: 'admin', id: '814860', name: 'Sam' }
const MARIA = { type: 'user', id: '6762f0951bb69f9f2193bb7f' }
const FIN = { type: 'bot', id: '815309', from_ai_agent: true }

function told(topic: string, item: object) {
  const contacts = { contacts: [{ id: MARIA.id }] }
  return {
    topic,
    id: 'notif_1',
    created_at: 1768032001,
    data: { item: { type: 'conversation', id: '123', contacts, ...item } },
  }
}

const read = (payload: unknown) => readNotification(payload, { relayBots: true, tag: 'sms-channel' })
const keys = (payload: unknown) => read(payload).map(({ kind, key }) => `${kind} ${key}`)

describe('a command', () => {
  const noted = (part: object = {}) => {
    const note = { id: '51', part_type: 'note', body: '<p>/sms Hi</p>', author: SAM, created_at: 1768032000, ...part }
    return told('conversation.admin.noted', { conversation_parts: { conversation_parts: [note] } })
  }

  test('is a teammate’s note with a slash in front, with everything a reply has', () => {
    const attachments = [{ url: 'https://u/a.png', name: 'a.png', content_type: 'image/png', filesize: 9 }]
    expect(read(noted({ attachments }))).toEqual([
      {
        kind: 'note.written',
        key: 'note:51',
        conversationId: '123',
        body: {
          topic: 'conversation.admin.noted',
          conversationId: '123',
          contactIds: [MARIA.id],
          partId: '51',
          partType: 'note',
          body: '<p>/sms Hi</p>',
          attachments: [{ url: 'https://u/a.png', name: 'a.png', contentType: 'image/png', size: 9 }],
          author: SAM,
          maybePrompt: false,
          createdAt: 1768032000000,
        },
      },
    ])
  })

  test.each([
    ['an ordinary note', { body: '<p>Call her</p>' }],
    ['a note of a bot', { author: FIN }],
    ['a reply', { part_type: 'comment' }],
    ['a deleted note', { redacted: true }],
    ['a note without an id', { id: null }],
    ['a note without words', { body: null }],
  ])('is not %s', (_, part) => {
    expect(read(noted(part))).toEqual([])
  })
})

describe('a conversation to be texted', () => {
  const tagged = (topic: string, more: object = {}) => {
    const source = { id: '50', body: '<p>Your table is ready</p>', author: SAM }
    return told(topic, { source, tags: { tags: [{ name: 'vip' }, { name: 'SMS-Channel' }] }, ...more })
  }
  const TAGGED = 'conversation_part.tag.created'

  test('is begun by a teammate and carries the tag, whichever is told first', () => {
    expect(keys(tagged(TAGGED))).toEqual(['conversation.started started:123'])
    expect(keys(tagged('conversation.admin.single.created'))).toEqual([
      'reply.sent reply:50',
      'conversation.started started:123',
    ])
    expect(read(tagged(TAGGED))).toMatchObject([
      { body: { partId: '50', body: '<p>Your table is ready</p>', author: SAM } },
    ])
  })

  test.each([
    ['by a customer', { source: { id: '50', body: '<p>Hi</p>', author: MARIA } }],
    ['by a bot', { source: { id: '50', body: '<p>Hi</p>', author: FIN } }],
    ['without the tag', { tags: { tags: [{ name: 'vip' }] } }],
    ['without any tag', { tags: null }],
    ['without words', { source: { id: '50', body: '', author: SAM } }],
  ])('is not one that was begun %s', (_, more) => {
    expect(keys(tagged(TAGGED, more))).toEqual([])
  })
})

test.each(['snoozed', 'unsnoozed'])('a conversation that is %s is open to a text', (part_type) => {
  const parts = [{ id: '51', part_type, body: null, author: SAM, created_at: 1768032000 }]
  const payload = told(`conversation.admin.${part_type}`, { conversation_parts: { conversation_parts: parts } })
  expect(keys(payload)).toEqual(['conversation.changed conversation:123:opened:51'])
})

import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { ConversationPart } from '../../src/flows/ports.ts'
import { looksLikePrompt, readNotification } from '../../src/rules/agent-reply.ts'

const sam = { type: 'admin', id: '814860', name: 'Sam' }
const maria = { type: 'user', id: '6762f0951bb69f9f2193bb7f', name: 'Maria' }
const fin = { type: 'bot', id: '815309', name: 'Fin', from_ai_agent: true }
const operator = { type: 'bot', id: '815309', name: 'Fin', from_ai_agent: false, is_ai_answer: false }

const reply = { id: '51', part_type: 'comment', body: '<p>Hi Maria</p>', author: sam, created_at: 1768032000 }
const source = { id: '50', body: '<p>Hello</p>', author: maria }

function notification(topic: string, parts: object[], item: object = {}) {
  return {
    type: 'notification_event',
    topic,
    id: 'notif_1',
    created_at: 1768032001,
    data: {
      item: {
        type: 'conversation',
        id: '123',
        created_at: 1768031000,
        source,
        contacts: { contacts: [{ type: 'contact', id: maria.id }] },
        conversation_parts: { conversation_parts: parts },
        ...item,
      },
    },
  }
}

const read = (payload: unknown, relayBots = true) => readNotification(payload, { relayBots, tag: 'sms-channel' })
const keys = (payload: unknown, relayBots = true) => read(payload, relayBots).map((fact) => `${fact.kind} ${fact.key}`)
const replied = (part: object, topic = 'conversation.admin.replied') => notification(topic, [{ ...reply, ...part }])

describe('a reply by an agent', () => {
  test('is read with everything the text needs', () => {
    const file = { type: 'upload', name: 'a.pdf', url: 'https://u/a.pdf', content_type: 'application/pdf', filesize: 9 }
    expect(read(replied({ attachments: [file] }))).toEqual([
      {
        kind: 'reply.sent',
        key: 'reply:51',
        conversationId: '123',
        body: {
          topic: 'conversation.admin.replied',
          conversationId: '123',
          contactIds: [maria.id],
          partId: '51',
          partType: 'comment',
          body: '<p>Hi Maria</p>',
          attachments: [{ url: 'https://u/a.pdf', name: 'a.pdf', contentType: 'application/pdf', size: 9 }],
          author: sam,
          maybePrompt: false,
          createdAt: 1768032000000,
        },
      },
    ])
  })

  test.each([
    'conversation.admin.replied',
    'conversation.replied',
    'conversation.admin.assigned',
    'conversation.admin.open.assigned',
    'conversation.admin.snoozed',
    'conversation.admin.unsnoozed',
    'conversation.operator.replied',
  ])('is told by %s', (topic) => {
    expect(keys(replied({}, topic))).toEqual(['reply.sent reply:51'])
  })

  test.each(['comment', 'quick_reply', 'assignment', 'close', 'open', 'assign_and_reopen', 'snoozed', 'unsnoozed'])(
    'may be a part of type %s',
    (part_type) => {
      expect(keys(replied({ part_type }))).toContain('reply.sent reply:51')
    },
  )

  test.each([
    ['an attachment alone', { body: null, attachments: [{ url: 'https://u/a.pdf' }] }],
    ['an inline image alone', { body: '<p><img src="https://u/a.png"></p>' }],
    ['plain text', { body: 'Hi Maria' }],
    ['a team as its author', { author: { type: 'team', id: '9' } }],
    ['a number as its id', { id: 51 }],
  ])('may have %s', (_what, part) => {
    expect(keys(replied(part))).toEqual(['reply.sent reply:51'])
  })

  test('that starts a conversation is its first message', () => {
    const payload = notification('conversation.admin.single.created', [], { source: { ...source, author: sam } })
    expect(read(payload)).toMatchObject([{ kind: 'reply.sent', key: 'reply:50', body: { createdAt: 1768032001000 } }])
  })

  test('is read from each part, not only the first', () => {
    const note = { ...reply, id: '52', part_type: 'note' }
    const payload = notification('conversation.admin.replied', [note, reply, { ...reply, id: '53' }])
    expect(keys(payload)).toEqual(['reply.sent reply:51', 'reply.sent reply:53'])
  })
})

describe('nothing is texted', () => {
  test.each([
    'conversation.read',
    'conversation_part.tag.created',
    'conversation_part.redacted',
    'conversation.priority.updated',
    'conversation.user.replied',
    'conversation.user.created',
    'conversation.admin.noted',
    'ticket.admin.replied',
    'conversation.something.new',
  ])('for the topic %s, which may repeat old words', (topic) => {
    expect(read(replied({}, topic)).filter((fact) => fact.kind === 'reply.sent')).toEqual([])
  })

  test.each([
    ['a note', { part_type: 'note' }],
    ['a note of another kind', { part_type: 'note_and_reopen' }],
    ['a deleted reply', { redacted: true }],
    ['a state change', { part_type: 'assignment', body: null }],
    ['empty paragraphs', { body: '<p class="no-margin"></p>\n<p>&nbsp;</p>' }],
    ['the words of a user', { author: maria }],
    ['the words of a lead', { author: { type: 'lead', id: '7' } }],
    ['a part without an id', { id: null }],
    ['a part without a type', { part_type: undefined }],
    ['a part without an author', { author: null }],
    ['an attachment without a URL', { body: '', attachments: [{ name: 'a.pdf' }] }],
  ])('for %s', (_what, part) => {
    expect(read(replied(part))).toEqual([])
  })

  test('for words in a part of a type we do not know, but the agent is asked', () => {
    expect(read(replied({ part_type: 'voice_memo' }))).toEqual([
      {
        kind: 'reply.unknown',
        key: 'reply:51',
        conversationId: '123',
        body: { conversationId: '123', partId: '51', partType: 'voice_memo' },
      },
    ])
    expect(read(replied({ part_type: 'constructor', body: null }))).toEqual([])
  })
})

describe("a bot's reply", () => {
  test.each([
    ['an answer by Fin', { author: fin }, [false]],
    ['an AI answer', { author: { ...operator, is_ai_answer: true } }, [false]],
    ['a workflow message or prompt', { author: operator }, [true]],
    ['an expected reply time', { author: operator, part_type: 'channel_and_reply_time_expectation' }, []],
    ['an assignment', { author: fin, part_type: 'assignment' }, []],
    ['an unknown type', { author: fin, part_type: 'voice_memo' }, []],
  ])('%s', (_what, part, maybePrompt) => {
    const facts = read(replied(part, 'conversation.operator.replied'))
    expect(facts.map((fact) => fact.kind === 'reply.sent' && fact.body.maybePrompt)).toEqual(maybePrompt)
  })

  test('is left out when bots are not relayed', () => {
    expect(read(replied({ author: fin }), false)).toEqual([])
  })
})

describe('looksLikePrompt', () => {
  const author = { type: 'bot', id: '815309', fromAi: false }
  const part = (id: string, partType: string, overrides: Partial<ConversationPart> = {}): ConversationPart => {
    return { id, partType, body: null, createdAt: 0, author, redacted: false, ...overrides }
  }
  const comment = part('1', 'comment')

  test.each([
    ['before an attribute collector', [comment, part('2', 'attribute_collector')], true],
    ['before a collected attribute', [comment, part('2', 'attribute_collected')], true],
    [
      'before a collector of another author',
      [comment, part('2', 'attribute_collector', { author: { ...author, id: '9' } })],
      false,
    ],
    ['before another comment', [comment, part('2', 'comment'), part('3', 'attribute_collector')], false],
    ['at the end', [part('0', 'attribute_collector'), comment], false],
    ['in another conversation', [part('2', 'attribute_collector')], false],
  ])('a comment %s: %#', (_where, parts, prompt) => {
    expect(looksLikePrompt(parts, '1')).toBe(prompt)
  })
})

describe('a change of the conversation', () => {
  test.each([
    ['a close part', 'conversation.admin.closed', { part_type: 'close', body: null }, 'closed:51'],
    ['a close part in another topic', 'conversation.admin.replied', { part_type: 'close', body: null }, 'closed:51'],
    ['the closed topic alone', 'conversation.admin.closed', { body: null }, 'closed:notif_1'],
    ['an open part', 'conversation.admin.opened', { part_type: 'open', body: null }, 'opened:51'],
    [
      'an assignment that reopens',
      'conversation.admin.assigned',
      { part_type: 'assign_and_reopen', body: null },
      'opened:51',
    ],
    ['the opened topic alone', 'conversation.admin.opened', { body: null }, 'opened:notif_1'],
  ])('is told by %s', (_what, topic, part, change) => {
    expect(keys(replied(part, topic))).toEqual([`conversation.changed conversation:123:${change}`])
  })

  test('that closes has the time of its part', () => {
    const [fact] = read(replied({ part_type: 'close', body: null }, 'conversation.admin.closed'))
    expect(fact?.body).toEqual({ conversationId: '123', change: 'closed', at: 1768032000000 })
  })

  test('comes with the reply that closes', () => {
    expect(keys(replied({ part_type: 'close' }, 'conversation.admin.closed'))).toEqual([
      'reply.sent reply:51',
      'conversation.changed conversation:123:closed:51',
    ])
  })

  test('is told by a user who reopens', () => {
    expect(keys(replied({ part_type: 'open', author: maria }, 'conversation.user.replied'))).toEqual([
      'part.seen seen:51',
      'conversation.changed conversation:123:opened:51',
    ])
  })

  test('is told by its deletion, which names the conversation in another place', () => {
    const payload = { ...notification('conversation.deleted', []), id: null }
    const item = { type: 'conversation', conversation_id: '123' }
    expect(keys({ ...payload, data: { item } })).toEqual([
      'conversation.changed conversation:123:deleted:1768032001000',
    ])
  })
})

describe('what comes back to us as the contact', () => {
  test('is the first message of a conversation', () => {
    expect(read(notification('conversation.user.created', []))).toEqual([
      {
        kind: 'part.seen',
        key: 'seen:source:123',
        conversationId: '123',
        body: {
          conversationId: '123',
          contactIds: [maria.id],
          partId: null,
          body: '<p>Hello</p>',
          createdAt: 1768031000000,
        },
      },
    ])
  })

  test.each(['user', 'lead', 'contact'])('is a part by a %s', (type) => {
    const [fact] = read(replied({ author: { ...maria, type } }, 'conversation.user.replied'))
    expect(fact).toMatchObject({ kind: 'part.seen', key: 'seen:51', body: { partId: '51', body: '<p>Hi Maria</p>' } })
  })

  test('is not what an agent or a bot began', () => {
    expect(read(notification('conversation.user.created', [], { source: { ...source, author: fin } }))).toEqual([])
    expect(read(replied({}, 'conversation.user.replied'))).toEqual([])
  })
})

describe('a payload of another shape', () => {
  test('never throws and never invents a reply', () => {
    fc.assert(fc.property(fc.jsonValue(), (payload) => expect(read(payload)).toEqual([])))
  })

  test('never throws when any one field has the wrong type', () => {
    const fields = fc.constantFrom('id', 'part_type', 'body', 'author', 'attachments', 'redacted', 'created_at')
    fc.assert(
      fc.property(fields, fc.jsonValue(), (field, value) => {
        expect(read(replied({ [field]: value })).length).toBeLessThanOrEqual(1)
      }),
    )
  })

  test('is read up to its hundredth part', () => {
    const parts = Array.from({ length: 5000 }, (_, index) => ({ ...reply, id: index + 1 }))
    expect(read(notification('conversation.admin.replied', parts))).toHaveLength(100)
  })
})

import { describe, expect, test } from '@jest/globals'
import nock from 'nock'
import { answer, expectValid, onlyPreparedAnswers } from './api.ts'
import {
  CONVERSATION,
  conversationJson,
  errorList,
  failure,
  intercom,
  MARIA,
  partJson,
  TOKEN,
  withoutAdmin,
} from './helpers.ts'

const ADMIN = '991267696'
const REPLY = `/conversations/${CONVERSATION}/reply`
const TAGS = `/conversations/${CONVERSATION}/tags`

onlyPreparedAnswers()

describe('every request', () => {
  test('carries the token and the API version the answers are read by', async () => {
    nock('https://api.intercom.io', { reqheaders: { authorization: `Bearer ${TOKEN}`, 'intercom-version': '2.16' } })
      .get(`/conversations/${CONVERSATION}`)
      .query({})
      .reply(200, conversationJson())
    expect(await intercom().getConversation(CONVERSATION)).toMatchObject({ id: CONVERSATION })
  })

  test('goes to the configured address', async () => {
    nock('http://127.0.0.1:9', { allowUnmocked: false })
      .get('/stand-in/conversations/1')
      .reply(404, errorList('not_found', ''))
    expect(await intercom({ apiUrl: 'http://127.0.0.1:9/stand-in' }).getConversation('1')).toBeNull()
  })
})

describe('a conversation', () => {
  test('is opened as the contact', async () => {
    const sent = answer('POST', '/conversations', 200, {
      type: 'user_message',
      id: '403',
      conversation_id: CONVERSATION,
    })
    const opened = await intercom().openConversation({ contactId: MARIA, body: 'Hi <b>there</b>' })
    expect(opened).toEqual({ conversationId: CONVERSATION, sourceId: '403' })
    expectValid(sent, '/conversations')
    expect(sent[0]?.body).toEqual({ from: { type: 'contact', id: MARIA }, body: 'Hi <b>there</b>' })
  })

  test('is marked as read', async () => {
    const sent = answer('PUT', `/conversations/${CONVERSATION}`, 200, conversationJson())
    await intercom().markRead(CONVERSATION)
    expectValid(sent, '/conversations/{conversation_id}')
    expect(sent[0]?.body).toEqual({ read: true })
  })

  test('is given a title', async () => {
    const sent = answer('PUT', `/conversations/${CONVERSATION}`, 200, conversationJson())
    await intercom().titleConversation(CONVERSATION, 'Order 7')
    expectValid(sent, '/conversations/{conversation_id}')
    expect(sent[0]?.body).toEqual({ title: 'Order 7' })
  })

  test('is read with its parts', async () => {
    const bot = { id: '5', type: 'bot', from_ai_agent: true, is_ai_answer: null }
    const part = partJson({ id: 133, author: bot, body: null, redacted: true })
    answer('GET', `/conversations/${CONVERSATION}`, 200, conversationJson([part]))
    expect(await intercom().getConversation(CONVERSATION)).toEqual({
      id: CONVERSATION,
      state: 'open',
      contactIds: [MARIA],
      source: { id: '403918349', body: '<p>First</p>', author: { type: 'user', id: MARIA } },
      createdAt: 1_734_537_500_000,
      parts: [
        {
          id: '133',
          partType: 'comment',
          body: null,
          createdAt: 1_734_537_561_000,
          author: { type: 'bot', id: '5', fromAi: true },
          redacted: true,
        },
      ],
    })
  })

  test.each([
    ['an author without id', partJson({ author: { type: 'bot', id: null } })],
    ['no author', partJson({ author: null })],
    ['no time and no body', { id: '132' }],
  ])('is readable even if it has a part with %s', async (_, part) => {
    answer('GET', `/conversations/${CONVERSATION}`, 200, conversationJson([part], { source: null }))
    const read = await intercom().getConversation(CONVERSATION)
    expect(read).toMatchObject({ source: null, parts: [{ id: '132' }] })
  })

  test('is null when it does not exist', async () => {
    answer('GET', `/conversations/${CONVERSATION}`, 404, errorList('not_found', 'Resource Not Found'))
    expect(await intercom().getConversation(CONVERSATION)).toBeNull()
  })
})

describe('a search for conversations', () => {
  const since = 1_734_537_500_700

  test('asks for two days more, because Intercom may compare whole days, and drops the older ones', async () => {
    const old = conversationJson([], { id: '1', created_at: 1_734_537_499, conversation_parts: undefined })
    const answered = { type: 'conversation.list', conversations: [old, conversationJson()], pages: null }
    const sent = answer('POST', '/conversations/search', 200, answered)
    const found = await intercom().searchConversations({ contactId: MARIA, since })
    expect(found.map((one) => one.id)).toEqual([CONVERSATION])
    expectValid(sent, '/conversations/search')
    expect(sent[0]?.body).toMatchObject({
      query: {
        operator: 'AND',
        value: [
          { field: 'contact_ids', operator: '=', value: MARIA },
          { field: 'created_at', operator: '>', value: 1_734_364_700 },
        ],
      },
    })
  })
})

describe('a part as the contact', () => {
  const post = (body: string) =>
    intercom().appendPart({ conversationId: CONVERSATION, contactId: MARIA, body, files: [] })

  test('carries its files', async () => {
    const sent = answer('POST', REPLY, 200, conversationJson([partJson()]))
    const files = [{ name: 'photo.jpg', contentType: 'image/jpeg', data: Buffer.from('JPEG') }]
    await intercom().appendPart({ conversationId: CONVERSATION, contactId: MARIA, body: 'Hello', files })
    expectValid(sent, '/conversations/{conversation_id}/reply')
    expect(sent[0]?.body).toEqual({
      message_type: 'comment',
      type: 'user',
      intercom_user_id: MARIA,
      body: 'Hello',
      attachment_files: [{ name: 'photo.jpg', content_type: 'image/jpeg', data: 'SlBFRw==' }],
    })
  })

  test('is the newest one of that contact with those words', async () => {
    const parts = [
      partJson({ id: '1' }),
      partJson({ id: '2' }),
      partJson({ id: '3', body: '<p>Other</p>' }),
      partJson({ id: '4', author: { id: ADMIN, type: 'admin' } }),
    ]
    const sent = answer('POST', REPLY, 200, conversationJson(parts))
    expect(await post('Hello')).toEqual({ partId: '2' })
    expectValid(sent, '/conversations/{conversation_id}/reply')
  })

  test.each([
    ['plain text', 'Hello', 'Hello'],
    ['a paragraph', 'Hello', '<p>Hello</p>'],
    ['two lines', 'One\nTwo', '<p>One<br>Two</p>'],
    ['escaped characters', 'a < b & "c"', '<p>a &lt; b &amp; &quot;c&quot;</p>'],
    ['a link', 'see https://example.com/a', '<p>see <a href="https://example.com/a">https://example.com/a</a></p>'],
    ['a part that reopened the conversation', 'Hello', '<p>Hello</p>'],
  ])('is recognised when Intercom answers with %s', async (_, posted, answered) => {
    answer('POST', REPLY, 200, conversationJson([partJson({ part_type: 'open', body: answered })]))
    expect(await post(posted)).toEqual({ partId: '132' })
  })

  test('has no id when the answer does not hold it', async () => {
    answer('POST', REPLY, 200, conversationJson([partJson({ body: '<p>Other</p>' })]))
    expect(await post('Hello')).toEqual({ partId: null })
  })
})

describe('a note', () => {
  const html = 'Not delivered: <b>30005</b>'
  const note = partJson({ id: '9', part_type: 'note', author: { id: ADMIN, type: 'admin' }, body: `<p>${html}</p>` })

  test('is written by the configured admin', async () => {
    const sent = answer('POST', REPLY, 200, conversationJson([note]))
    expect(await intercom().postNote({ conversationId: CONVERSATION, html })).toEqual({ partId: '9' })
    expectValid(sent, '/conversations/{conversation_id}/reply')
    expect(sent[0]?.body).toEqual({ message_type: 'note', type: 'admin', admin_id: ADMIN, body: html })
  })

  test('is written by the admin of the token when none is configured, who is asked for once', async () => {
    const client = withoutAdmin()
    answer('GET', '/me', 200, { type: 'admin', id: ADMIN, app: {} })
    const sent = [...Array(2)].map(() => answer('POST', REPLY, 200, conversationJson([note])))
    await Promise.all(sent.map(() => client.postNote({ conversationId: CONVERSATION, html })))
    expect(sent.map(([one]) => one?.body)).toEqual([
      expect.objectContaining({ admin_id: ADMIN }),
      expect.objectContaining({ admin_id: ADMIN }),
    ])
  })

  test('is surely not posted when the admin could not be asked for, and asks again the next time', async () => {
    const client = withoutAdmin()
    answer('GET', '/me', 500, 'down')
    const error = await failure(client.postNote({ conversationId: CONVERSATION, html }))
    expect(error).toMatchObject({ certain: true, permanent: false, status: 500 })
    answer('GET', '/me', 200, { type: 'admin', id: ADMIN })
    answer('POST', REPLY, 200, conversationJson([note]))
    expect(await client.postNote({ conversationId: CONVERSATION, html })).toEqual({ partId: '9' })
  })
})

describe('a tag', () => {
  test('is looked up or created once, and put on the conversation', async () => {
    const client = intercom()
    const created = answer('POST', '/tags', 200, { type: 'tag', id: '17513', name: 'sms-channel' })
    const tagged = answer('POST', TAGS, 200, { type: 'tag', id: '17513' })
    answer('POST', TAGS, 200, { type: 'tag', id: '17513' })
    await client.tagConversation(CONVERSATION)
    await client.tagConversation(CONVERSATION)
    expectValid(created, '/tags')
    expectValid(tagged, '/conversations/{conversation_id}/tags')
    expect(created[0]?.body).toEqual({ name: 'sms-channel' })
    expect(tagged[0]?.body).toEqual({ id: '17513', admin_id: ADMIN })
  })

  test('that somebody deleted is made again', async () => {
    const client = intercom()
    answer('POST', '/tags', 200, { id: '1' })
    answer('POST', TAGS, 404, errorList('not_found', 'Tag not found'))
    answer('POST', '/tags', 200, { id: '2' })
    const tagged = answer('POST', TAGS, 200, { id: '2' })
    await client.tagConversation(CONVERSATION)
    expect(tagged[0]?.body).toMatchObject({ id: '2' })
  })

  test('is given up when the conversation is gone', async () => {
    answer('POST', '/tags', 200, { id: '1' })
    answer('POST', TAGS, 404, errorList('not_found', 'Conversation not found'))
    answer('POST', '/tags', 200, { id: '1' })
    answer('POST', TAGS, 404, errorList('not_found', 'Conversation not found'))
    expect(await failure(intercom().tagConversation(CONVERSATION))).toMatchObject({
      code: 'not_found',
      permanent: true,
    })
  })

  test('and the admin can be fetched ahead', async () => {
    const client = withoutAdmin()
    answer('GET', '/me', 200, { id: ADMIN })
    answer('POST', '/tags', 200, { id: '1' })
    await client.prime()
    answer('POST', TAGS, 200, { id: '1' })
    await client.tagConversation(CONVERSATION)
  })
})

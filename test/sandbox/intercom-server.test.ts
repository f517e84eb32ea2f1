import { createHmac } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { IntercomClient, IntercomError } from 'intercom-client'
import { type IntercomOptions, type IntercomStandIn, startIntercom } from '../../src/sandbox/intercom-server.ts'
import { startBridge } from './bridge.ts'

const PHONE = '+12025550123'
const base: IntercomOptions = {
  accessToken: 'token',
  clientSecret: 'client-secret',
  appId: 'abc123def',
  admins: [
    { id: '100', name: 'Bridge' },
    { id: '200', name: 'Sam Stone' },
  ],
}

let now = 1_768_032_000_000
let standIn: IntercomStandIn
let bridge: Awaited<ReturnType<typeof startBridge>>
let client: IntercomClient

async function start(more: Partial<IntercomOptions> = {}) {
  standIn = await startIntercom({ ...base, now: () => now, ...more })
  standIn.bridgeUrl = 'https://bridge.example'
  standIn.connectUrl = bridge.url
  client = new IntercomClient({ token: 'token', baseUrl: standIn.url, maxRetries: 0 })
}

beforeEach(async () => {
  bridge = await startBridge()
  await start()
})

afterEach(async () => {
  await standIn.close()
  await bridge.close()
})

const restart = async (more: Partial<IntercomOptions>) => {
  await standIn.close()
  await start(more)
}

const call = (method: string, path: string, body?: unknown) =>
  fetch(standIn.url + path, {
    method,
    headers: { authorization: 'Bearer token', 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })

/** Maria's contact and her conversation, as the bridge makes them. */
async function conversation(body = 'Is <this> ok?') {
  const contact = await client.contacts.create({ role: 'user', external_id: `sms:${PHONE}`, phone: PHONE })
  const contactId = contact.id ?? ''
  const { conversation_id = '' } = await client.conversations.create({ from: { type: 'user', id: contactId }, body })
  return { contactId, conversationId: conversation_id }
}

const topics = () => standIn.deliveries.map(({ topic }) => topic)
const parts = (index: number) => JSON.parse(String(bridge.hooks.at(index)?.raw)).data.item.conversation_parts

describe('a contact', () => {
  test('is found by external id at once, by search only after the lag', async () => {
    standIn.searchLagMs = 120_000
    await conversation()
    const search = () =>
      client.contacts.search({ query: { operator: 'OR', value: [{ field: 'phone', operator: '=', value: PHONE }] } })
    expect((await client.contacts.showContactByExternalId({ external_id: `sms:${PHONE}` })).phone).toBe(PHONE)
    expect((await search()).data).toEqual([])
    now += 120_000
    expect((await search()).data).toMatchObject([{ phone: PHONE }])
  })

  test.each([
    ['A contact', false],
    ['An archived contact', true],
  ])('cannot be made twice: 409, %s … with id=', async (words, archived) => {
    const { contactId } = await conversation()
    if (archived) standIn.archiveContact(contactId)
    const again = client.contacts.create({ role: 'user', external_id: `sms:${PHONE}` })
    const message = `${words} matching those details already exists with id=${contactId}`
    await expect(again).rejects.toMatchObject({ statusCode: 409, body: { errors: [{ code: 'conflict', message }] } })
  })

  test('that was merged answers 410 with a link to the other one, and cannot be restored', async () => {
    const { contactId } = await conversation()
    const other = standIn.addContact({ email: 'maria@example.com' })
    standIn.mergeContacts(contactId, other.id)
    const answer = await call('GET', `/contacts/find_by_external_id/${encodeURIComponent(`sms:${PHONE}`)}`)
    expect([answer.status, answer.headers.get('link')]).toEqual([410, `</contacts/${other.id}>; rel="canonical"`])
    expect((await call('POST', `/contacts/${contactId}/unarchive`)).status).toBe(400)
    expect(standIn.conversations[0]?.contactIds).toEqual([other.id])
  })

  test('takes attributes that exist, and no others', async () => {
    const { contactId } = await conversation()
    const update = () => call('PUT', `/contacts/${contactId}`, { custom_attributes: { sms_opted_out: true } })
    const refused = await update()
    expect([refused.status, await refused.json()]).toMatchObject([400, { errors: [{ code: 'parameter_invalid' }] }])
    await call('POST', '/data_attributes', { name: 'sms_opted_out', model: 'contact', data_type: 'boolean' })
    expect((await update()).status).toBe(200)
    expect(standIn.contacts[0]?.customAttributes).toEqual({ sms_opted_out: true })
  })

  test('cannot be written to while it is too new', async () => {
    standIn.contactReadyMs = 1000
    await expect(conversation()).rejects.toMatchObject({ statusCode: 404 })
    now += 1000
    const from = { type: 'user' as const, id: standIn.contacts[0]?.id ?? '' }
    expect(await client.conversations.create({ from, body: 'Hi' })).toMatchObject({ type: 'user_message' })
  })

  test.each([
    [{ field: 'phone', operator: 'IN', value: [PHONE, '0'] }, 1],
    [{ field: 'phone', operator: '~', value: '5550' }, 1],
    [{ field: 'name', operator: '=', value: PHONE }, 0],
    [{ operator: 'AND', value: [{ field: 'role', operator: '=', value: 'user' }] }, 1],
    [{ field: 'created_at', operator: '>', value: 1_768_032_000 - 60 }, 0],
    [{ field: 'created_at', operator: '>', value: 1_768_032_000 - 86_400 }, 1],
  ])('is searched with %j', async (query, count) => {
    standIn.addContact({ phone: PHONE })
    now = 1_768_032_000_000
    await restart({})
    standIn.addContact({ phone: PHONE })
    const answer = await call('POST', '/contacts/search', { query })
    expect(await answer.json()).toMatchObject({ total_count: count })
  })
})

describe('a conversation', () => {
  test('keeps what was posted, and shows it as HTML or as plain text', async () => {
    const { conversationId } = await conversation()
    const plain = await call('GET', `/conversations/${conversationId}?display_as=plaintext`)
    expect(await client.conversations.find({ conversation_id: conversationId })).toMatchObject({
      source: { body: '<p>Is &lt;this&gt; ok?</p>' },
    })
    expect(await plain.json()).toMatchObject({ source: { body: 'Is <this> ok?' } })
    expect(standIn.conversations[0]?.source.text).toBe('Is <this> ok?')
  })

  test('is reopened by the words of its contact, which ride on the open part with their files', async () => {
    const { contactId, conversationId } = await conversation()
    standIn.agent.close(conversationId)
    await client.conversations.reply({
      conversation_id: conversationId,
      body: {
        message_type: 'comment',
        type: 'user',
        intercom_user_id: contactId,
        body: 'Still here',
        attachment_files: [{ content_type: 'text/plain', name: 'a.txt', data: Buffer.from('file').toString('base64') }],
      },
    })
    expect(standIn.conversations[0]).toMatchObject({
      state: 'open',
      parts: [{}, { partType: 'open', text: 'Still here' }],
    })
    expect(standIn.conversations[0]?.parts[1]?.attachments[0]?.data.toString()).toBe('file')
  })

  test('takes notes, tags and read marks', async () => {
    const { conversationId } = await conversation()
    standIn.agent.reply(conversationId, 'Hello')
    await call('POST', `/conversations/${conversationId}/reply`, {
      message_type: 'note',
      type: 'admin',
      admin_id: '100',
      body: '<p>a note</p>',
    })
    const tag = await client.tags.create({ name: 'sms-channel' })
    const request = { conversation_id: conversationId, id: tag.id ?? '', admin_id: '100' }
    await client.tags.tagConversation(request)
    await call('PUT', `/conversations/${conversationId}`, { read: true })
    expect(standIn.conversations[0]).toMatchObject({
      read: true,
      tags: [{ name: 'sms-channel' }],
      parts: [{ partType: 'assignment' }, { partType: 'note', author: { id: '100' } }],
    })
  })

  test.each([
    ['no body', { message_type: 'comment', type: 'user', intercom_user_id: 'x' }, 400],
    ['an unknown contact', { message_type: 'comment', type: 'user', intercom_user_id: 'x', body: 'Hi' }, 404],
    ['a note of a contact', { message_type: 'note', type: 'user', intercom_user_id: 'x', body: 'Hi' }, 400],
    ['an unknown admin', { message_type: 'note', type: 'admin', admin_id: '9', body: 'Hi' }, 404],
  ])('refuses a reply with %s', async (_case, body, status) => {
    const { conversationId } = await conversation()
    expect((await call('POST', `/conversations/${conversationId}/reply`, body)).status).toBe(status)
    expect(standIn.conversations[0]?.parts).toEqual([])
  })

  test('is found by its contact in a search', async () => {
    const { contactId, conversationId } = await conversation()
    const query = { operator: 'AND', value: [{ field: 'contact_ids', operator: '=', value: contactId }] }
    const answer = await call('POST', '/conversations/search', { query })
    expect(await answer.json()).toMatchObject({ total_count: 1, conversations: [{ id: conversationId }] })
  })
})

describe('webhooks', () => {
  test('are signed with SHA-1 over the raw body', async () => {
    await conversation()
    await standIn.delivered()
    for (const { raw, headers } of bridge.hooks) {
      const expected = createHmac('sha1', 'client-secret').update(raw).digest('hex')
      expect(headers['x-hub-signature']).toBe(`sha1=${expected}`)
    }
    expect(topics()).toEqual(['contact.user.created', 'conversation.user.created'])
  })

  test('bring the first reply twice, on an assignment part', async () => {
    const { conversationId } = await conversation()
    const part = standIn.agent.reply(conversationId, 'Hello')
    await standIn.delivered()
    expect(topics().slice(2)).toEqual(['conversation.admin.replied', 'conversation.admin.open.assigned'])
    const body = '<p class="no-margin">Hello</p>'
    const expected = { total_count: 1, conversation_parts: [{ id: part.id, part_type: 'assignment', body }] }
    expect([parts(-1), parts(-2)]).toMatchObject([expected, expected])
  })

  test('bring plain text from API version 2.15 on', async () => {
    await restart({ apiVersion: '2.15' })
    const { conversationId } = await conversation()
    standIn.agent.replyAndClose(conversationId, 'Bye<br>now')
    await standIn.delivered()
    expect([topics().at(-1), parts(-1).conversation_parts[0].body]).toEqual(['conversation.admin.closed', 'Bye\nnow'])
  })

  test('of a bot come twice, those of a prompt once', async () => {
    const { conversationId } = await conversation()
    standIn.operator.say(conversationId, 'An answer', { fromAi: true })
    standIn.operator.prompt(conversationId, 'Your email?')
    await standIn.delivered()
    const replied = ['conversation.operator.replied', 'conversation.admin.replied', 'conversation.operator.replied']
    expect(topics().slice(2)).toEqual(replied)
    expect(standIn.conversations[0]?.parts.at(-1)?.partType).toBe('attribute_collector')
  })

  test('can be held, reordered, dropped and repeated', async () => {
    const { contactId } = await conversation()
    await standIn.delivered()
    standIn.webhooks = 'held'
    standIn.agent.start(contactId, 'Hello')
    standIn.archiveContact(contactId)
    await standIn.releaseWebhooks(([first, second]) => [second, first, first].filter((held) => held !== undefined))
    expect(topics().slice(2)).toEqual(['contact.archived', ...Array(2).fill('conversation.admin.single.created')])
  })

  test('are tried once more after a failure', async () => {
    await restart({ retryDelayMs: 1 })
    bridge.answer.status = 503
    standIn.addContact({ phone: PHONE })
    await standIn.until(() => standIn.deliveries.length === 2)
    expect(standIn.deliveries).toMatchObject([{ attempt: 1 }, { attempt: 2, id: standIn.deliveries[0]?.id }])
  })
})

test('uploads of an agent expire', async () => {
  const { conversationId } = await conversation()
  const file = { name: 'a b.txt', contentType: 'text/plain', data: Buffer.from('x') }
  const [upload] = standIn.agent.reply(conversationId, 'See', { attachments: [file] }).attachments
  expect(await (await fetch(upload?.url ?? '')).text()).toBe('x')
  now += 30 * 60_000
  expect((await fetch(upload?.url ?? '')).status).toBe(403)
})

test('calls are counted in windows of ten seconds', async () => {
  await restart({ rateLimitPer10s: 1 })
  const first = await call('GET', '/me')
  expect([first.status, first.headers.get('x-ratelimit-remaining')]).toEqual([200, '0'])
  expect((await call('GET', '/me')).status).toBe(429)
  now += 10_000
  expect((await call('GET', '/me')).status).toBe(200)
})

test('another token is refused', async () => {
  const stranger = new IntercomClient({ token: 'wrong', baseUrl: standIn.url, maxRetries: 0 })
  await expect(stranger.admins.list()).rejects.toThrow(IntercomError)
  expect(standIn.requests.at(-1)?.status).toBe(401)
})

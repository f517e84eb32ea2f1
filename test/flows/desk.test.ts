import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { addNote } from '../../src/flows/post-note.ts'
import { threadById } from '../../src/store/threads.ts'
import { type Flows, NOW, startFlows } from '../support/flows.ts'
import { inConversation, reply, text } from './situations.ts'

let flows: Flows
beforeEach(async () => {
  flows = await startFlows()
})
afterEach(() => flows.close())

const note = (o: { conversationId?: string } = {}) =>
  flows.tx(async (tx) => {
    const thread = await threadById(tx, 1)
    await addNote(flows.ctx, tx, { thread, messageId: null, html: '<p>Careful.</p>', ...o })
  })

test('a note goes where its thread is by then', async () => {
  await flows.tell('sms.received', text())
  await note()
  await flows.finish('part.post')
  await flows.finish('note.post')
  expect(flows.intercom.calls.at(-1)).toBe('postNote <p>Careful.</p>')
})

test('a note about a text that never got a conversation has nobody to tell, and holds nothing up', async () => {
  await flows.tell('sms.received', text())
  await note()
  expect(await flows.plan('note.post')).toBe('nothing to do')
})

test('a note about one conversation goes there, wherever the thread is', async () => {
  await inConversation(flows)
  await note({ conversationId: 'old' })
  expect(await flows.plan('note.post')).toMatchObject({ request: { conversationId: 'old' } })
})

test.each([
  ['there', 'note', NOW, true],
  ['the same words as a reply', 'comment', NOW, false],
  ['the same note, an hour before', 'note', NOW - 3_600_000, false],
])('a note in doubt is looked for in its conversation: %s', async (_, partType, createdAt, found) => {
  await inConversation(flows)
  await note()
  await flows.doubt('note.post')
  const author = { type: 'admin', id: '100', fromAi: false }
  const body = '<p>Careful.</p>'
  flows.intercom.conversations[0]?.parts.push({ id: 'n', partType, body, createdAt, author, redacted: false })
  expect(await flows.lookUp('note.post')).toEqual(found ? { partId: 'n' } : null)
})

test('of several updates of a contact only the last is made', async () => {
  await inConversation(flows)
  for (const partId of ['p1', 'p2']) {
    await flows.tell('reply.sent', reply({ partId }))
    await flows.finish('sms.send')
  }
  expect(await flows.finish('contact.update')).toEqual([])
  await flows.finish('contact.update')
  expect(flows.intercom.calls).toEqual(['setContactAttributes contact-1 {"last_sms_sid":"SM2"}'])
})

test('an update of a contact that waits behind another takes nothing from it but what it writes anew', async () => {
  await inConversation(flows)
  await flows.tell('sms.received', text({ body: 'STOP' }))
  await flows.tell('sms.received', text({ body: 'START' }))
  await flows.finish('contact.update')
  await flows.finish('contact.update')
  const at = Math.floor(NOW / 1000)
  expect(flows.intercom.calls).toEqual([
    `setContactAttributes contact-1 {"sms_opted_out_at":${at}}`,
    'setContactAttributes contact-1 {"sms_opted_out":false}',
  ])
})

test('a conversation closed and opened again is open', async () => {
  await inConversation(flows)
  const at = { closed: NOW - 9 * 86_400_000, opened: NOW - 8 * 86_400_000 }
  for (const change of ['opened', 'closed'] as const) {
    await flows.tell('conversation.changed', { conversationId: 'conversation-1', change, at: at[change] })
  }
  await flows.tell('sms.received', text())
  expect(await flows.plan('part.post')).toMatchObject({ step: 'append part' })
})

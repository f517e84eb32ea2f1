import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { DAY, type Flows, MARIA, NOW, refusal, startFlows } from '../support/flows.ts'
import { inConversation, text } from './situations.ts'

let flows: Flows
beforeEach(async () => {
  flows = await startFlows()
})
afterEach(() => flows.close())

const PHOTO = { url: 'https://api.twilio.com/photo', contentType: 'image/jpeg' }
const photo = { name: 'photo.jpg', contentType: 'image/jpeg', data: Buffer.from('jpeg') }
const closed = (at: number) =>
  flows.tell('conversation.changed', { conversationId: 'conversation-1', change: 'closed', at })

test('a first text: the contact is found, a conversation opened and tagged', async () => {
  await flows.tell('sms.received', text())
  expect(await flows.finish('part.post')).toEqual(['find contact', 'open conversation'])
  await flows.finish('conversation.manage')
  expect(flows.intercom.calls.slice(-2)).toEqual(['openConversation Hello', 'tagConversation conversation-1'])
  expect(await flows.messages()).toMatchObject([
    { status: 'posted', conversation_id: 'conversation-1', part_id: 'source-conversation-1', contact_id: 'contact-1' },
  ])
})

test('a second text: one call', async () => {
  await inConversation(flows)
  await flows.tell('sms.received', text({ body: 'Second' }))
  await flows.finish('part.post')
  expect(flows.intercom.calls).toEqual(['appendPart conversation-1 Second'])
})

test.each([
  ['closed a moment ago: reopened', NOW - 1, 'append part'],
  ['closed five days ago: a new conversation', NOW - 5 * DAY, 'open conversation'],
  ['closed just less than that: reopened', NOW - 5 * DAY + 1, 'append part'],
])('a conversation that was %s', async (_, closedAt, step) => {
  await inConversation(flows)
  await closed(closedAt)
  await flows.tell('sms.received', text())
  expect(await flows.plan('part.post')).toMatchObject({ step })
})

test('a text in a closed conversation opens it again, for us as well', async () => {
  await inConversation(flows)
  await closed(NOW - 4 * DAY)
  await flows.tell('sms.received', text())
  await flows.finish('part.post')
  flows.clock.now += 2 * DAY
  await flows.tell('sms.received', text())
  expect(await flows.plan('part.post')).toMatchObject({ step: 'append part' })
})

test('a conversation deleted in Intercom is left, and the same text opens a new one', async () => {
  await inConversation(flows)
  await flows.tell('sms.received', text({ body: 'Again' }))
  await flows.refuse('part.post', refusal({ status: 404 }))
  expect(await flows.finish('part.post')).toEqual(['open conversation'])
  expect(flows.intercom.calls).toEqual(['openConversation Again'])
})

test('a contact that was merged is replaced by the one it went into', async () => {
  await inConversation(flows)
  await flows.tell('sms.received', text())
  await flows.refuse('part.post', refusal({ contactId: 'merged-into' }))
  expect(await flows.plan('part.post')).toMatchObject({ step: 'append part', request: { contactId: 'merged-into' } })
})

test('a contact that is gone is looked for anew; one made this minute is waited for', async () => {
  await flows.tell('sms.received', text())
  await flows.make('part.post')
  await flows.refuse('part.post', refusal({ status: 404 }))
  expect(await flows.plan('part.post')).toMatchObject({ step: 'open conversation' })
  flows.clock.now += 6 * 60_000
  await flows.refuse('part.post', refusal({ status: 404 }))
  expect(await flows.plan('part.post')).toMatchObject({ step: 'find contact' })
})

test('a text Intercom will not take is kept as dead, and the agent is told why', async () => {
  await inConversation(flows)
  await flows.tell('sms.received', text())
  await flows.refuse('part.post', refusal({ status: 400 }))
  expect((await flows.messages())[1]).toMatchObject({
    status: 'dead',
    error_code: 'no',
    error_message: 'It was refused.',
  })
  expect(await flows.notes()).toEqual([expect.stringContaining('A text from this customer could not be added')])
})

test('a text that could not even open a conversation is dead without a note, which would have no place', async () => {
  await flows.tell('sms.received', text())
  await flows.make('part.post')
  await flows.refuse('part.post', refusal({ status: 400 }))
  expect(await flows.messages()).toMatchObject([{ status: 'dead' }])
  expect(await flows.notes()).toEqual([])
})

test('files go with the words of a later text, and after the words of a first one', async () => {
  flows.twilio.files[PHOTO.url] = photo
  await flows.tell('sms.received', text({ body: 'Look', media: [PHOTO] }))
  await flows.finish('part.post')
  await flows.tell('sms.received', text({ body: 'And this', media: [PHOTO] }))
  await flows.finish('part.post')
  expect(flows.intercom.calls.slice(-3)).toEqual([
    'openConversation Look',
    'appendPart conversation-1 [1 picture] + photo.jpg',
    'appendPart conversation-1 And this + photo.jpg',
  ])
})

test('a picture without words gets a placeholder', async () => {
  flows.twilio.files[PHOTO.url] = photo
  await inConversation(flows)
  await flows.tell('sms.received', text({ body: ' ', media: [PHOTO, PHOTO] }))
  await flows.finish('part.post')
  expect(flows.intercom.calls).toEqual(['appendPart conversation-1 [2 pictures] + photo.jpg + photo.jpg'])
})

test('a file that cannot be had holds up no text: the words go alone, with a note', async () => {
  await inConversation(flows)
  await flows.tell('sms.received', text({ body: 'Look', media: [PHOTO] }))
  await flows.refuse('part.post', refusal({ vendor: 'twilio', code: 'media' }))
  await flows.finish('part.post')
  expect(flows.intercom.calls).toEqual(['appendPart conversation-1 Look'])
  expect(await flows.notes()).toEqual([expect.stringContaining('could not be fetched from Twilio')])
})

test('when the words are there already and the file is lost, no empty part follows', async () => {
  await flows.tell('sms.received', text({ body: 'Look', media: [PHOTO] }))
  await flows.make('part.post')
  await flows.make('part.post')
  await flows.refuse('part.post', refusal({ vendor: 'twilio', code: 'media' }))
  expect(await flows.plan('part.post')).toBe('nothing to do')
})

test.each([
  ['not there: at once', { status: 404, permanent: true }, 0, true],
  ['Twilio is busy: not yet', { status: 503, permanent: false }, 0, false],
  ['the token is being changed: not yet', { status: 401, permanent: true }, 0, false],
  ['the token is still refused after two minutes', { status: 401, permanent: true }, 121_000, true],
  ['Twilio is busy for more than two minutes', { status: 503, permanent: false }, 121_000, true],
])('a file is given up: %s', async (_, init, waitedMs, permanent) => {
  await inConversation(flows)
  await flows.tell('sms.received', text({ media: [PHOTO] }))
  await flows.db.updateTable('effects').set({ attempt: 3 }).execute()
  flows.clock.now += waitedMs
  flows.twilio.files[PHOTO.url] = refusal({ vendor: 'twilio', ...init })
  // Surely nothing was posted, and neither a refused token nor a rate limit of Twilio's shuts the way to Intercom.
  await expect(flows.make('part.post')).rejects.toMatchObject({ certain: true, permanent, status: undefined })
})

test('a file that was asked for only once is not given up, however long its text waited for something else', async () => {
  await inConversation(flows)
  await flows.tell('sms.received', text({ media: [PHOTO] }))
  flows.clock.now += 600_000
  flows.twilio.files[PHOTO.url] = refusal({ vendor: 'twilio', status: 503, permanent: false })
  await expect(flows.make('part.post')).rejects.toMatchObject({ permanent: false })
})

test('where files are kept out of Intercom, a note has links to them', async () => {
  await flows.close()
  flows = await startFlows('media: { inbound: note }')
  await flows.tell('sms.received', text({ body: 'Look', media: [PHOTO] }))
  await flows.finish('part.post')
  expect(flows.intercom.calls.at(-1)).toBe('openConversation Look')
  expect(await flows.notes()).toEqual([expect.stringContaining('href="https://bridge.example/media/1.0"')])
})

test('an opening in doubt is found by its words, but not in a conversation that is known', async () => {
  await inConversation(flows)
  await closed(NOW - 6 * DAY)
  await flows.tell('sms.received', text({ body: 'First' }))
  await flows.doubt('part.post')
  expect(await flows.lookUp('part.post')).toBeNull()
  await flows.intercom.openConversation({ contactId: 'contact-1', body: '<p>First</p>' })
  expect(await flows.lookUp('part.post')).toEqual({
    conversationId: 'conversation-2',
    sourceId: 'source-conversation-2',
  })
})

test('nor in the one she has with another number of ours', async () => {
  await inConversation(flows)
  await flows.tell('sms.received', text({ body: 'First', to: '+12025550198' }))
  await flows.doubt('part.post')
  expect(await flows.lookUp('part.post')).toBeNull()
})

test.each([
  ['the customer’s own words since then', {}, true],
  ['an agent said the same', { author: { type: 'admin', id: '100', fromAi: false } }, false],
  ['she said the same an hour before', { createdAt: NOW - 3_600_000 }, false],
  ['the part is on another message', { id: 'source-conversation-1' }, false],
  ['other words', { body: '<p>Hello again</p>' }, false],
])('a part in doubt is looked for in the conversation: %s', async (_, differs, found) => {
  await inConversation(flows)
  await flows.tell('sms.received', text({ body: 'Hello' }))
  await flows.doubt('part.post')
  const author = { type: 'user', id: 'contact-1', fromAi: false }
  const part = { id: 'part-7', partType: 'comment', body: '<p>Hello</p>', createdAt: NOW, author, redacted: false }
  flows.intercom.conversations[0]?.parts.push({ ...part, ...differs })
  expect(await flows.lookUp('part.post')).toEqual(found ? { partId: 'part-7' } : null)
})

test('the same text told twice is one text', async () => {
  const twice = text()
  await flows.tell('sms.received', twice)
  await flows.tell('sms.received', twice)
  expect(await flows.messages()).toHaveLength(1)
  expect(await flows.effects('part.post')).toHaveLength(1)
})

test('texts to two numbers of ours are two conversations of one contact, posted one after the other', async () => {
  await flows.tell('sms.received', text())
  await flows.tell('sms.received', text({ to: '+12025550198' }))
  const lanes = (await flows.effects('part.post')).map(({ lane }) => lane)
  expect(new Set(lanes)).toEqual(new Set([`inbox:${MARIA}`]))
  await flows.finish('part.post')
  expect(await flows.finish('part.post')).toEqual(['open conversation'])
  expect(flows.intercom.contacts).toHaveLength(1)
})

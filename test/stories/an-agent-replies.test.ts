import { expect, test } from '@jest/globals'
import { conversation, hold, maria, notesOf, sam, texted, untilNotes, untilTexted } from '../support/stories.ts'
import { MARIA, PUBLIC_URL, SUPPORT, worlds } from '../support/world.ts'

const start = worlds()

test.each(['comment', 'assignment', 'close', 'open', 'quick_reply'] as const)(
  'a reply that rides on a part of type %s is one text, however often Intercom tells of it',
  async (how) => {
    const world = await start()
    const opened = await conversation(world)
    if (how === 'open') world.intercom.agent.close(opened.id)
    world.intercom.agent.reply(opened.id, 'It ships today.', { how })
    await untilTexted(world, 'It ships today.')
    for (const { id } of [...world.intercom.deliveries]) await world.intercom.redeliver(id)

    await sam(world, opened, 'Anything else?')
    expect(texted(world)).toEqual(['It ships today.', 'Anything else?'])
  },
)

test('replies arrive in the order Sam wrote them', async () => {
  const world = await start()
  const { id } = await conversation(world)
  const words = ['one', 'two', 'three', 'four', 'five']
  for (const word of words) world.intercom.agent.reply(id, word)
  await untilTexted(world, ...words)
})

test('two replies with the same words are two texts', async () => {
  const world = await start()
  const { id } = await conversation(world)
  for (const word of ['Yes', 'Yes', 'Done']) world.intercom.agent.reply(id, word)
  await untilTexted(world, 'Yes', 'Yes', 'Done')
})

test('words with which the conversation is handed to somebody else are a reply', async () => {
  const world = await start()
  const { id } = await conversation(world)
  world.intercom.agent.assign(id, { adminId: '100' })
  world.intercom.agent.assign(id, { adminId: '100' }, 'My colleague takes over.')
  await untilTexted(world, 'My colleague takes over.')
})

test('the topic that the common guides name is understood as well', async () => {
  const world = await start()
  const { id } = await conversation(world)
  world.intercom.webhooks = 'held'
  world.intercom.agent.reply(id, 'Hello Maria', { how: 'comment' })
  await world.intercom.releaseWebhooks((held) => held.map((hook) => ({ ...hook, topic: 'conversation.replied' })))
  await untilTexted(world, 'Hello Maria')
})

test.each([
  ['bold and line breaks', 'It is <b>here</b>.<br>Come in!', 'It is here.\nCome in!'],
  [
    'links',
    'See <a href="https://example.com/a?b=1&amp;c=2">the page</a>',
    'See the page (https://example.com/a?b=1&c=2)',
  ],
  ['lists', '<ul><li>one</li><li>two</li></ul>', '- one\n- two'],
  ['entities', 'Fish &amp; chips&nbsp;&lt;3 caf&eacute;', 'Fish & chips <3 café'],
  ['paragraphs', '<p>Dear Maria</p><p>Thanks!</p>', 'Dear Maria\n\nThanks!'],
])('HTML becomes a readable text: %s', async (_, html, text) => {
  const world = await start()
  const { id } = await conversation(world)
  world.intercom.agent.reply(id, html)
  await untilTexted(world, text)
})

test('where Intercom tells plain text, it stays as it is, HTML or not', async () => {
  const world = await start({ intercom: { apiVersion: '2.15' } })
  const { id } = await conversation(world)
  world.intercom.agent.reply(id, 'Use &lt;b&gt; &amp;amp; 1 &lt; 2')
  await untilTexted(world, 'Use <b> &amp; 1 < 2')
})

test('a reply longer than Twilio takes is split at a word, each piece after the one before was accepted', async () => {
  const world = await start({ yaml: 'replies: { maxSegments: 20 }' })
  world.twilio.callbacks = 'held'
  const opened = await conversation(world)
  const other = await conversation(world, 'Me too', { from: '+12025550124' })
  const words = 'supercalifragilistic '.repeat(100).trim()
  const { holdUntil, release } = hold()
  world.twilio.faults.add({ method: 'POST', path: /Messages\.json/, act: true, answer: 'real', holdUntil })
  world.intercom.agent.reply(opened.id, words)
  await world.twilio.until(() => world.twilio.sent[0])
  await sam(world, other, 'Hello')
  release()

  await world.twilio.until(() => world.twilio.sent.length === 3)
  const [first = '', hello, second = ''] = texted(world)
  expect([`${first} ${second}`, hello]).toEqual([words, 'Hello'])
  expect(first.length).toBeLessThanOrEqual(1600)
})

test('a reply that would take too many segments is not sent, and a note says so', async () => {
  const world = await start({ yaml: 'replies: { maxSegments: 2 }' })
  const opened = await conversation(world)
  world.intercom.agent.reply(opened.id, 'x'.repeat(400))
  const [note] = await untilNotes(world, opened)
  expect(note).toMatch(/too long for a text and was not sent.*3 SMS segments; at most 2/)
  await sam(world, opened, 'Shorter')
  expect(texted(world)).toEqual(['Shorter'])
})

test('a sender with a name cannot be texted, and a note says so', async () => {
  const world = await start()
  const opened = await conversation(world, 'Parcel is here', { from: 'PARCELCO' })
  world.intercom.agent.reply(opened.id, 'Thanks!')
  expect(await untilNotes(world, opened)).toEqual([expect.stringContaining('“PARCELCO” cannot receive texts')])
  expect(texted(world)).toEqual([])
})

test('a reply that comes before the bridge knows of its conversation waits, and is sent', async () => {
  const world = await start()
  const { holdUntil, release } = hold()
  world.intercom.faults.add({ path: /^\/conversations$/, act: true, answer: 'real', holdUntil })
  await maria(world, 'Hello?')
  const opened = await world.intercom.until(() => world.intercom.conversations[0])
  world.intercom.agent.reply(opened.id, 'Hi, how can I help?')
  await world.intercom.delivered()
  release()
  await untilTexted(world, 'Hi, how can I help?')
})

test('the text is sent with the address for its status, marked as ours', async () => {
  const world = await start()
  await sam(world, await conversation(world), 'It ships today.')
  const [sms] = world.twilio.sent
  expect(sms).toMatchObject({ from: SUPPORT, to: MARIA })
  expect(sms?.statusCallback).toMatch(new RegExp(`^${PUBLIC_URL}/webhooks/twilio/status\\?k=\\d+\\.\\d+$`))
})

test('with a Messaging Service alone, the reply still comes from the number that was texted', async () => {
  const messagingServiceSid = `MG${'0'.repeat(32)}`
  const world = await start({
    twilio: { messagingServiceSid },
    config: ({ twilio }) => ({ twilio: { ...twilio, phoneNumbers: [], messagingServiceSid } }),
  })
  await sam(world, await conversation(world), 'It ships today.')
  expect(world.twilio.sent).toMatchObject([{ from: SUPPORT }])
})

test('afterwards the conversation is read, and the contact carries the SID of the last text', async () => {
  const world = await start()
  const opened = await conversation(world)
  await sam(world, opened, 'one')
  await sam(world, opened, 'two')
  const sid = world.twilio.sent[1]?.sid
  await world.intercom.until(() => world.intercom.contacts[0]?.customAttributes.last_sms_sid === sid)
  expect(opened.read).toBe(true)
  expect(world.intercom.dataAttributes).toMatchObject([{ name: 'last_sms_sid', model: 'contact', dataType: 'string' }])
})

test('the conversation stays unread where that is wanted', async () => {
  const world = await start({ yaml: 'replies: { markRead: false }' })
  const opened = await conversation(world)
  await sam(world, opened, 'It ships today.')
  await world.intercom.until(() => world.intercom.contacts[0]?.customAttributes.last_sms_sid)
  expect(opened.read).toBe(false)
})

test('an attribute that Intercom refuses does not harm the text', async () => {
  const world = await start()
  const opened = await conversation(world)
  world.intercom.faults.add({ path: /data_attributes/, act: false, times: 2, answer: { status: 403 } })
  await sam(world, opened, 'one')
  await sam(world, opened, 'two')
  await world.twilio.until(() => world.twilio.sent.every(({ status }) => status === 'delivered'))
  expect(notesOf(opened)).toEqual([])
})

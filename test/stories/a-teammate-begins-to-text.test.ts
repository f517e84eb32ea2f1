import { describe, expect, test } from '@jest/globals'
import {
  conversation,
  maria,
  messenger,
  NOT_LOOKING_BACK,
  notesOf,
  primed,
  sam,
  texted,
  untilDecided,
  untilNotes,
  untilStatus,
  untilTexted,
  untilWords,
} from '../support/stories.ts'
import { MARIA, SUPPORT, type World, worlds } from '../support/world.ts'

const start = worlds()

const TAG = 'sms-channel'
const PICTURE = { name: 'table.png', contentType: 'image/png', data: Buffer.from('89504e470d0a1a0a', 'hex') }
const JOE = '+12025550124'

/** Maria as Intercom knows her; she has never texted. */
const known = ({ intercom }: World, phone: string | null = '(202) 555-0123') =>
  intercom.addContact({ role: 'user', name: 'Maria', email: 'maria@example.com', phone })

describe('Sam notes /sms and some words', () => {
  test('in a Messenger conversation: the words are texted, Maria’s answer arrives there, and replies there are texted', async () => {
    // The search does not find Maria yet: that she is who is texted is known from the conversation.
    const world = await start({ intercom: { searchLagMs: 60_000 } })
    const contact = known(world)
    const chat = await messenger(world, contact.id)
    world.intercom.agent.note(chat.id, '/sms Your order &amp; the bill<br>are here.')
    await untilTexted(world, 'Your order & the bill\nare here.')
    expect(world.twilio.sent).toMatchObject([{ from: SUPPORT, to: MARIA }])
    expect(await untilNotes(world, chat, 2)).toEqual([
      expect.stringContaining('/sms'),
      expect.stringContaining('is with +1 202 555 0123 by text now'),
    ])
    await world.intercom.until(() => chat.tags[0]?.name === TAG)

    await maria(world, 'Thanks')
    await untilWords(world, chat, ['Hi there', 'Thanks'])
    await sam(world, chat, 'You are welcome')
    expect(world.intercom.conversations).toHaveLength(1)
    expect(world.intercom.contacts).toHaveLength(1)
  })

  test('in a conversation that a teammate began and that has no tag: only these words are texted', async () => {
    const world = await start()
    const begun = world.intercom.agent.start(known(world).id, 'A letter for you')
    world.intercom.agent.note(begun.id, '/sms Please read your letter')
    await world.intercom.until(() => begun.tags[0])
    await sam(world, begun, 'Any questions?')
    expect(texted(world)).toEqual(['Please read your letter', 'Any questions?'])
  })

  test('in the conversation with Maria’s texts: they are texted like a reply', async () => {
    const world = await start()
    const opened = await conversation(world)
    world.intercom.agent.note(opened.id, '<p class="no-margin">/SMS On it!</p>')
    await untilTexted(world, 'On it!')
    await untilNotes(world, opened, 2)
    for (const { id } of [...world.intercom.deliveries]) await world.intercom.redeliver(id)
    await sam(world, opened, 'Done')
    expect(texted(world)).toEqual(['On it!', 'Done'])
    const notes = await untilNotes(world, opened, 2)
    expect(notes[1]).toContain('The note above is being texted to +1 202 555 0123')
    expect(notes).toHaveLength(2)
  })

  test('while Maria’s texts are open elsewhere: they go out from there, and each conversation links to the other', async () => {
    const world = await start()
    const opened = await conversation(world)
    const chat = await messenger(world, opened.contactIds[0] ?? '')
    world.intercom.agent.note(chat.id, '/sms We wrote you an e-mail')
    await untilTexted(world, 'We wrote you an e-mail')
    const [, here] = await untilNotes(world, chat, 2)
    const [there] = await untilNotes(world, opened)
    expect(here).toContain(opened.id)
    expect(there).toContain('“We wrote you an e-mail”')
    expect(there).toContain(chat.id)

    await maria(world, 'Got it')
    await untilWords(world, opened, ['Hello?', 'Got it'])
    world.intercom.agent.reply(chat.id, 'By Messenger only')
    await sam(world, opened, 'Good')
    expect(texted(world)).toEqual(['We wrote you an e-mail', 'Good'])
    expect(chat.tags).toEqual([])
  })

  test('after Maria’s last text conversation was closed: it goes on where the note is', async () => {
    const world = await start()
    const opened = await conversation(world)
    world.intercom.agent.close(opened.id)
    const chat = await messenger(world, opened.contactIds[0] ?? '')
    await untilDecided(world)
    world.intercom.agent.note(chat.id, '/sms One more thing')
    await untilTexted(world, 'One more thing')
    await maria(world, 'Yes?')
    await untilWords(world, chat, ['Hi there', 'Yes?'])
  })

  test('in a conversation with another contact of Maria’s number: her answer is posted as that contact', async () => {
    const world = await start()
    const opened = await conversation(world)
    world.intercom.agent.close(opened.id)
    const work = world.intercom.addContact({ name: 'Maria at work', phone: MARIA })
    const chat = await messenger(world, work.id)
    await untilDecided(world)
    world.intercom.agent.note(chat.id, '/sms Your invoice')
    await untilTexted(world, 'Your invoice')
    await maria(world, 'Thanks')
    await untilWords(world, chat, ['Hi there', 'Thanks'])
    expect(chat.parts.at(-1)?.author.id).toBe(work.id)
  })

  test('longer than a text may be: nothing is sent, and one note says so', async () => {
    const world = await start({ yaml: 'replies: { maxSegments: 1 }' })
    const opened = await conversation(world)
    world.intercom.agent.note(opened.id, `/sms ${'x'.repeat(400)}`)
    const [, note] = await untilNotes(world, opened, 2)
    expect(note).toContain('too long for a text')
    await sam(world, opened, 'Short')
    expect(await untilNotes(world, opened, 2)).toHaveLength(2)
  })

  test.each([
    ['to a contact without a phone', null, 'no phone number that can be texted'],
    ['to a contact with something else for a phone', 'ask Joe', 'no phone number that can be texted'],
  ])('%s: nothing is sent, and a note says so', async (_, phone, words) => {
    const world = await start()
    const chat = await messenger(world, known(world, phone).id)
    world.intercom.agent.note(chat.id, '/sms Hello')
    expect((await untilNotes(world, chat, 2))[1]).toContain(words)
    expect(texted(world)).toEqual([])
  })

  test('where several people with a phone take part: nothing is sent, and a note names them', async () => {
    const world = await start()
    const chat = await messenger(world, known(world).id)
    world.intercom.agent.attach(chat.id, world.intercom.addContact({ name: 'Joe', phone: JOE }).id)
    world.intercom.agent.note(chat.id, '/sms Hello')
    expect((await untilNotes(world, chat, 2))[1]).toContain('They are Maria, Joe.')
    expect(texted(world)).toEqual([])
  })

  test('to somebody who has opted out: nothing is sent, and a note says so', async () => {
    const world = await start()
    await maria(world, 'STOP')
    await untilStatus(world, 'STOP', 'received')
    const chat = await messenger(world, known(world).id)
    world.intercom.agent.note(chat.id, '/sms Hello')
    expect((await untilNotes(world, chat, 2))[1]).toContain('has opted out of texts')
    expect(texted(world)).toEqual([])
  })

  test('with a picture: it is sent with the words', async () => {
    const world = await start()
    const opened = await conversation(world)
    world.intercom.agent.note(opened.id, '/sms Your table', [PICTURE])
    await world.twilio.until(() => world.twilio.sent[0]?.media[0]?.contentType === 'image/png')
    expect(texted(world)).toEqual(['Your table'])
  })

  test('but no words: a note asks for them', async () => {
    const world = await start()
    const chat = await messenger(world, known(world).id)
    world.intercom.agent.note(chat.id, '/sms')
    expect((await untilNotes(world, chat, 2))[1]).toContain('There is nothing to text')
    expect(texted(world)).toEqual([])
  })

  test('where that is switched off: nothing is sent, and a note says so', async () => {
    const world = await start({ yaml: 'startFromInbox: off' })
    const chat = await messenger(world, known(world).id)
    world.intercom.agent.note(chat.id, '/sms Hello')
    expect((await untilNotes(world, chat, 2))[1]).toContain('switched off in this workspace')
    expect(texted(world)).toEqual([])
  })

  test('and the bridge is stopped while it reads the contact: they are texted once', async () => {
    const world = await start({ yaml: NOT_LOOKING_BACK })
    await primed(world)
    const chat = await messenger(world, known(world).id)
    world.intercom.faults.add({ method: 'GET', path: /^\/contacts\//, act: false, answer: { status: 500 } })
    world.intercom.agent.note(chat.id, '/sms Hello')
    await world.intercom.until(() => world.intercom.requests.some(({ path }) => path.startsWith('/contacts/')))
    await world.restart()
    await untilTexted(world, 'Hello')
    await sam(world, chat, 'Bye')
    expect(texted(world)).toEqual(['Hello', 'Bye'])
  })
})

test('other notes with a slash in front are the team’s own affair where nobody is texted', async () => {
  const world = await start()
  const chat = await messenger(world, known(world).id)
  for (const words of ['/etc/hosts is wrong', '/shrug', '/ ', '//']) world.intercom.agent.note(chat.id, words)
  for (const words of ['/new', '/sms']) world.intercom.agent.note(chat.id, words)
  const [toNew, toSms, ...more] = (await untilNotes(world, chat, 8)).filter((note) => note.startsWith('<p><b>'))
  expect([toNew, toSms]).toEqual([
    expect.stringContaining('This conversation is not texted'),
    expect.stringContaining('There is nothing to text'),
  ])
  expect(more).toEqual([])
})

describe('Sam begins a conversation', () => {
  test('that carries the tag: its first message is texted, and so are the replies; Maria’s answer arrives there', async () => {
    const world = await start()
    const begun = world.intercom.agent.start(known(world).id, 'Your table is <b>ready</b>.', TAG)
    await untilTexted(world, 'Your table is ready.')
    expect(await untilNotes(world, begun)).toEqual([expect.stringContaining('by text now')])
    await sam(world, begun, 'We wait for you')
    await maria(world, 'Coming')
    await untilWords(world, begun, ['Your table is <b>ready</b>.', 'Coming'])
    expect(texted(world)).toEqual(['Your table is ready.', 'We wait for you'])
  })

  test('and tags it later: its first message is texted, once, however often the tag is told', async () => {
    const world = await start()
    const begun = world.intercom.agent.start(known(world).id, 'Your table is ready.')
    world.intercom.agent.tag(begun.id, 'vip')
    await untilDecided(world)
    expect(texted(world)).toEqual([])

    world.intercom.agent.tag(begun.id, TAG)
    await untilTexted(world, 'Your table is ready.')
    for (const { id } of [...world.intercom.deliveries]) await world.intercom.redeliver(id)
    await sam(world, begun, 'We wait for you')
    expect(texted(world)).toEqual(['Your table is ready.', 'We wait for you'])
  })

  test('and its tag is told before the conversation: its first message is texted once', async () => {
    const world = await start()
    world.intercom.webhooks = 'held'
    const begun = world.intercom.agent.start(known(world).id, 'Your table is ready.')
    world.intercom.agent.tag(begun.id, TAG)
    await world.intercom.releaseWebhooks((held) => held.toReversed())
    world.intercom.webhooks = 'auto'
    await untilTexted(world, 'Your table is ready.')
    await sam(world, begun, 'We wait for you')
    expect(texted(world)).toEqual(['Your table is ready.', 'We wait for you'])
  })

  test('with somebody whose texts are open elsewhere: the new conversation takes over, and a note there says so', async () => {
    const world = await start()
    const opened = await conversation(world)
    const begun = world.intercom.agent.start(opened.contactIds[0] ?? '', 'About your invoice', TAG)
    await untilTexted(world, 'About your invoice')
    expect(await untilNotes(world, opened)).toEqual([expect.stringContaining(begun.id)])
    await maria(world, 'What about it?')
    await untilWords(world, begun, ['About your invoice', 'What about it?'])
    await sam(world, opened, 'Still here')
    expect(world.twilio.sent).toMatchObject([{ to: MARIA }, { to: MARIA, body: 'Still here' }])
  })

  test('with a tag where starting from the inbox is switched off: nothing is texted', async () => {
    const world = await start({ yaml: 'startFromInbox: off' })
    const opened = await conversation(world)
    const begun = world.intercom.agent.start(opened.contactIds[0] ?? '', 'A letter for you', TAG)
    await untilDecided(world)
    await sam(world, opened, 'Hello')
    expect(texted(world)).toEqual(['Hello'])
    expect(notesOf(begun)).toEqual([])
  })

  test('which Intercom never tells of: it is found, and texted once', async () => {
    const world = await start()
    world.intercom.topics = []
    await world.restart(async () => {
      const begun = world.intercom.agent.start(known(world).id, 'Your table is ready.')
      world.intercom.agent.tag(begun.id, TAG)
      await world.intercom.delivered()
    })
    await untilTexted(world, 'Your table is ready.')
  })
})

test('a tag on a conversation that a customer began does not text what was written in it', async () => {
  const world = await start()
  const contact = known(world)
  const chat = await messenger(world, contact.id)
  world.intercom.agent.reply(chat.id, 'In the Messenger')
  world.intercom.agent.tag(chat.id, TAG)
  await untilDecided(world)
  await sam(world, await conversation(world, 'By text', { from: JOE }), 'Hello Joe')
  expect(texted(world)).toEqual(['Hello Joe'])
})

import { describe, expect, test } from '@jest/globals'
import { buttons, choices, entered, faults, has, readable } from '../support/sidebar.ts'
import {
  conversation,
  maria,
  notesOf,
  sam,
  statusOf,
  texted,
  untilDecided,
  untilNotes,
  untilStatus,
  untilTexted,
  untilWords,
} from '../support/stories.ts'
import { MARIA, SUPPORT, type World, type WorldOptions, worlds } from '../support/world.ts'

const start = worlds()
const OTHER = '+12025550188'
const twoNumbers: WorldOptions = {
  twilio: { numbers: [SUPPORT, OTHER] },
  config: ({ twilio }) => ({ twilio: { ...twilio, phoneNumbers: [SUPPORT, OTHER] } }),
}

/** Somebody who has never texted, in a conversation that is none of ours. */
function emailConversation({ intercom }: World, phone: string | null = MARIA) {
  const contact = intercom.addContact({ email: 'maria@example.com', ...(phone === null ? {} : { phone }) })
  return intercom.agent.start(contact.id, 'Thank you for your e-mail')
}

describe('Sam opens a conversation', () => {
  test('and sees the customer, that she may be texted, and what became of the last texts', async () => {
    const world = await start()
    const opened = await conversation(world, 'Where is my order?')
    world.twilio.failNext({ at: 'callback', code: 30005 })
    await sam(world, opened, 'It ships today.')
    await untilStatus(world, 'It ships today.', 'undelivered')
    await sam(world, opened, 'Or tomorrow.')
    await untilStatus(world, 'Or tomorrow.', 'delivered')

    const shown = readable(await world.intercom.openSidebar(opened.id))
    expect(shown).toEqual(
      expect.arrayContaining([
        'Customer: +1 202 555 0123',
        'Texted from: +1 202 555 0199',
        'Texts: Allowed',
        'Or tomorrow. – Delivered',
        'Where is my order? – From the customer',
      ]),
    )
    expect(shown.find((line) => line.startsWith('It ships today.'))).toMatch(/– Not delivered\. \w+/)
  })

  test('of a contact without a phone: the app says so, and there is nothing to send', async () => {
    const world = await start()
    const shown = await world.intercom.openSidebar(emailConversation(world, null).id)
    expect(readable(shown)).toEqual(['This contact has no phone number. Add one to the contact to text them.'])
    expect(buttons(shown)).toEqual(['Refresh'])
  })

  test('of a contact whose phone cannot be dialled: the app says so', async () => {
    const world = await start()
    const shown = await world.intercom.openSidebar(emailConversation(world, 'ask her').id)
    expect(readable(shown)).toEqual([expect.stringContaining('cannot be texted')])
    expect(has(shown, 'body')).toBe(false)
  })

  test('without a call to Twilio or Intercom', async () => {
    const world = await start({ yaml: 'reconcile: { onStart: false }' })
    const opened = await conversation(world)
    await world.intercom.delivered()
    const before = [world.intercom.requests.length, world.twilio.requests.length]
    const shown = await world.intercom.openSidebar(opened.id)
    await shown.press('Check length and cost', { body: 'Hello' })
    expect([world.intercom.requests.length, world.twilio.requests.length]).toEqual(before)
  })
})

describe('Sam writes in the sidebar', () => {
  test('and sends: it is texted once, a note in the conversation shows it, and the answer comes in there', async () => {
    const world = await start()
    const opened = await conversation(world)
    const shown = await world.intercom.openSidebar(opened.id)
    expect(choices(shown, 'conversation')).toEqual(['Continue the open conversation', 'Close it and start a new one'])
    const after = await shown.press('Send', { body: 'Your <order> is ready.' })
    expect(readable(after)).toContain('The text is on its way.')
    expect(entered(after, 'body')).toBeUndefined()

    await untilTexted(world, 'Your <order> is ready.')
    const [note] = await untilNotes(world, opened)
    expect(note).toContain('Sam Support texted the customer from the sidebar.')
    expect(note).toContain('“Your &lt;order&gt; is ready.”')
    await maria(world, 'On my way')
    await untilWords(world, opened, ['Hello?', 'On my way'])
    await untilDecided(world)
    expect([texted(world).length, world.intercom.conversations.length, notesOf(opened).length]).toEqual([1, 1, 1])
  })

  test('and checks it first: the segments are counted, the cost is not known yet, and what is written stays', async () => {
    const world = await start()
    const opened = await conversation(world)
    const shown = await world.intercom.openSidebar(opened.id)
    const checked = await shown.press('Check length and cost', { body: `${'x'.repeat(160)} ☕`, subject: 'Coffee' })
    expect(readable(checked)).toContain('162 characters, 3 segments (UCS-2); the cost is not known yet.')
    expect([entered(checked, 'body'), entered(checked, 'subject')]).toEqual([`${'x'.repeat(160)} ☕`, 'Coffee'])
    expect(texted(world)).toEqual([])
  })

  test.each([
    ['nothing', '  ', 'Write the text first.'],
    ['more than a text holds', 'x'.repeat(1601), 'a text holds 1,600 characters at most'],
    ['more segments than are allowed', '☕'.repeat(700), 'it takes 11 SMS segments, and at most 10 are allowed'],
  ])('%s: it is refused with the reason, and stays', async (_, body, reason) => {
    const world = await start()
    const opened = await conversation(world)
    const refused = await (await world.intercom.openSidebar(opened.id)).press('Send', { body })
    expect(faults(refused)).toEqual([expect.stringContaining(reason)])
    expect(entered(refused, 'body')).toBe(body)
    expect(statusOf(world, body)).toBeUndefined()
  })

  test('and chooses the sender', async () => {
    const world = await start(twoNumbers)
    const opened = await conversation(world)
    const shown = await world.intercom.openSidebar(opened.id)
    expect(choices(shown, 'from')).toEqual(['+1 202 555 0199', '+1 202 555 0188'])
    await shown.press('Send', { body: 'From the other desk', from: OTHER })
    await untilTexted(world, 'From the other desk')
    expect(world.twilio.sent[0]).toMatchObject({ from: OTHER, to: MARIA })
  })

  test('with a subject: it becomes the title of the conversation, and is not texted', async () => {
    const world = await start()
    const opened = await conversation(world)
    await (await world.intercom.openSidebar(opened.id)).press('Send', { body: 'It is ready.', subject: 'Order 7' })
    await world.intercom.until(() => opened.title === 'Order 7')
    await untilTexted(world, 'It is ready.')
  })

  test('and it does not arrive: a note says so where Sam wrote it', async () => {
    const world = await start()
    const beside = emailConversation(world)
    world.twilio.failNext({ at: 'callback', code: 30005 })
    await (await world.intercom.openSidebar(beside.id)).press('Send', { body: 'Are you there?' })
    const [sent, failed] = await untilNotes(world, beside, 2)
    expect(sent).toContain('“Are you there?”')
    expect(failed).toContain('did not reach the customer')
  })

  test('beside another conversation: that one is not marked read for a text that is not in it', async () => {
    const world = await start()
    const beside = emailConversation(world)
    const shown = await world.intercom.openSidebar(beside.id)
    const next = await shown.press('Send', { body: 'One' })
    await untilStatus(world, 'One', 'delivered')
    // The second note is posted after whatever the first text left to do.
    await next.press('Send', { body: 'Two' })
    await untilNotes(world, beside, 2)
    expect(beside.read).toBe(false)
  })
})

describe('Sam starts a new conversation', () => {
  test('with somebody who has never texted: her answer opens it, under the subject, and quotes the text', async () => {
    const world = await start()
    const beside = emailConversation(world)
    const shown = await world.intercom.openSidebar(beside.id)
    expect(choices(shown, 'conversation')).toEqual([])
    await shown.press('Send', { body: 'Shall we call you?', subject: 'A call' })
    await untilStatus(world, 'Shall we call you?', 'delivered')
    const [note] = await untilNotes(world, beside)
    expect(note).toContain('answer begins a new conversation')

    const fresh = await conversation(world, 'Yes please')
    await world.intercom.until(() => fresh.title === 'A call')
    const [quoted] = await untilNotes(world, fresh)
    expect(quoted).toContain('a text that was sent from the sidebar')
    expect(quoted).toContain('“Shall we call you?”')
    expect([fresh.contactIds, texted(world)]).toEqual([beside.contactIds, ['Shall we call you?']])
  })

  test('and closes the open one: it is closed when the text is out, and each of the two links to the other', async () => {
    const world = await start()
    const old = await conversation(world)
    const shown = await world.intercom.openSidebar(old.id)
    await shown.press('Send', { body: 'About another thing', conversation: 'new', subject: 'Another thing' })
    await world.intercom.until(() => old.state === 'closed')
    await untilStatus(world, 'About another thing', 'delivered')
    expect(await untilNotes(world, old)).toEqual([expect.stringContaining('answer begins a new conversation')])
    await untilDecided(world)
    expect(readable(await world.intercom.openSidebar(old.id))).toContain('About another thing – Delivered')
    expect(choices(await world.intercom.openSidebar(old.id), 'conversation')).toEqual([])

    const fresh = await conversation(world, 'Which?')
    const [quoted] = await untilNotes(world, fresh)
    expect(quoted).toContain(`/conversations/${old.id}`)
    await world.intercom.until(() => fresh.title === 'Another thing')
    expect([old.title, old.parts.filter(({ author }) => author.type === 'user')]).toEqual(['', []])
  })

  test('but the text is refused by Twilio: the open one stays open', async () => {
    const world = await start()
    const old = await conversation(world)
    world.twilio.failNext({ at: 'create', code: 21408 })
    await (await world.intercom.openSidebar(old.id)).press('Send', { body: 'Hello', conversation: 'new' })
    await untilNotes(world, old, 2)
    expect([old.state, statusOf(world, 'Hello')]).toEqual(['open', 'failed'])
  })
})

describe('the same press', () => {
  test('repeated by Intercom texts once and leaves one note, even across a restart', async () => {
    const world = await start()
    const opened = await conversation(world)
    const shown = await world.intercom.openSidebar(opened.id)
    const [first, second] = await Promise.all([1, 2].map(() => shown.press('Send', { body: 'Just once' })))
    await world.restart()
    const third = await shown.press('Send', { body: 'Just once' })
    await untilStatus(world, 'Just once', 'delivered')
    await untilNotes(world, opened)
    await untilDecided(world)
    expect([texted(world), notesOf(opened).length]).toEqual([['Just once'], 1])
    expect([first, second, third].map((one) => one && faults(one))).toEqual([[], [], []])
    expect(third && readable(third)).toContain('The text was sent already: it is texted once.')
  })

  test('with other words says that these were not sent, and keeps them for the next press', async () => {
    const world = await start()
    const opened = await conversation(world)
    const shown = await world.intercom.openSidebar(opened.id)
    await shown.press('Send', { body: 'One' })
    const kept = await shown.press('Send', { body: 'Two' })
    expect(faults(kept)).toEqual([expect.stringContaining('What is written now was not')])
    expect(entered(kept, 'body')).toBe('Two')
    await untilTexted(world, 'One')
    await kept.press('Send')
    await untilTexted(world, 'One', 'Two')
  })
})

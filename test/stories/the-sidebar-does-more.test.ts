import { describe, expect, test } from '@jest/globals'
import { api, CONSOLE_TOKEN } from '../support/api.ts'
import { buttons, entered, faults, has, postCanvas, press, readable } from '../support/sidebar.ts'
import {
  conversation,
  maria,
  statusOf,
  texted,
  untilDecided,
  untilNotes,
  untilStatus,
  untilTexted,
} from '../support/stories.ts'
import { MARIA, SUPPORT, worlds } from '../support/world.ts'

const start = worlds()
const withApi = { config: () => ({ consoleToken: CONSOLE_TOKEN }) }
const HOUR = 3_600_000

describe('Sam sends later', () => {
  test('in an hour: the sidebar lists the text, the note says when, and it leaves then', async () => {
    const world = await start({ yaml: 'hours: { timezone: America/New_York, week: {} }' })
    const opened = await conversation(world)
    const shown = await world.intercom.openSidebar(opened.id)
    const after = await shown.press('Send', { body: 'See you tomorrow', when: 'hour' })
    expect(readable(after).join('\n')).toMatch(/See you tomorrow – Waits until \d{4}-\d\d-\d\d \d\d:\d\d/)
    const [note] = await untilNotes(world, opened)
    expect(note).toMatch(/will text the customer at \d{4}-\d\d-\d\d \d\d:\d\d \(America\/New_York\) from the sidebar/)
    expect(texted(world)).toEqual([])
    world.pass(HOUR)
    await untilTexted(world, 'See you tomorrow')
  })

  test('at a time of their own, by the clocks of the business', async () => {
    const world = await start(withApi)
    const opened = await conversation(world)
    const at = new Date(Date.now() + 30 * HOUR).toISOString().slice(0, 16).replace('T', ' ')
    const after = await (await world.intercom.openSidebar(opened.id)).press('Send', { body: 'Then', when: 'at', at })
    expect(readable(after)).toContain(`The text waits until ${at} (UTC).`)
    expect(statusOf(world, 'Then')).toBe('scheduled')
  })

  test.each([
    ['that is not understood', { when: 'at', at: 'at noon' }, 'The time is not understood'],
    ['that is too soon', { when: 'at', at: new Date(Date.now() + 60_000).toISOString() }, 'at least 15 minutes'],
    ['that is too far away', { when: 'at', at: new Date(Date.now() + 36 * 24 * HOUR).toISOString() }, '35 days'],
    ['that is not chosen', { when: 'now', at: '2026-11-24 09:00' }, 'it is not chosen'],
  ])('at a time %s: nothing is texted, and what is written stays', async (_, time, reason) => {
    const world = await start()
    const opened = await conversation(world)
    const refused = await (await world.intercom.openSidebar(opened.id)).press('Send', { body: 'Later', ...time })
    expect(faults(refused)).toEqual([expect.stringContaining(reason)])
    expect([entered(refused, 'body'), entered(refused, 'at')]).toEqual(['Later', time.at])
    expect(statusOf(world, 'Later')).toBeUndefined()
  })

  test('and cancels it: it never leaves, and a second note says so', async () => {
    const world = await start()
    const opened = await conversation(world)
    const waiting = await (await world.intercom.openSidebar(opened.id)).press('Send', { body: 'Later', when: 'hour' })
    const cancel = buttons(waiting).find((label) => label.startsWith('Cancel the text of')) ?? ''
    expect(readable(await waiting.press(cancel))).toContain('Later – Canceled')
    expect((await untilNotes(world, opened, 2))[1]).toContain('Sam Support canceled a text that waited.')
    expect(faults(await waiting.press(cancel))).toEqual(['The text does not wait any more.'])
    world.pass(HOUR)
    await (await world.intercom.openSidebar(opened.id)).press('Send', { body: 'Now' })
    await untilTexted(world, 'Now')
    expect((await untilNotes(world, opened, 3))[2]).toContain('“Now”')
    expect(texted(world)).toEqual(['Now'])
  })

  test('and the text of another customer cannot be canceled', async () => {
    const world = await start()
    await conversation(world, 'I text as well', { from: '+12025550177' })
    const opened = await conversation(world)
    const waiting = await (await world.intercom.openSidebar(opened.id)).press('Send', { body: 'Later', when: 'hour' })
    const cancel = waiting.components.find((one) => one.type === 'button' && one.label.startsWith('Cancel the text'))
    const id = cancel?.type === 'button' ? cancel.id : ''
    const body = press(id, { contact: { id: 'somebody', phone: '+12025550177' } })
    expect((await postCanvas(world, { body })).status).toBe(200)
    expect(statusOf(world, 'Later')).toBe('scheduled')
    expect((await postCanvas(world, { body: press(id, { contact: { id: 'her', phone: MARIA } }) })).status).toBe(200)
    expect(statusOf(world, 'Later')).toBe('canceled')
  })
})

describe('the opt-out', () => {
  test('of a customer who texted STOP is shown, and there is nothing to compose', async () => {
    const world = await start()
    const opened = await conversation(world)
    await maria(world, 'STOP')
    await untilNotes(world, opened)
    const shown = await world.intercom.openSidebar(opened.id)
    expect(readable(shown)).toContain('Texts: Opted out')
    expect([has(shown, 'body'), buttons(shown)]).toEqual([false, ['Allow texts again', 'Refresh']])
  })

  test('that came after the sidebar was opened: the text is refused, and stays', async () => {
    const world = await start()
    const opened = await conversation(world)
    const shown = await world.intercom.openSidebar(opened.id)
    await maria(world, 'STOP')
    await untilNotes(world, opened)
    const refused = await shown.press('Send', { body: 'News' })
    expect(faults(refused)).toEqual(['The customer has opted out of texts from this number.'])
    expect([statusOf(world, 'News'), texted(world)]).toEqual([undefined, []])
  })

  test('is made by Sam and ended by Sam: recorded with the name, noted, and kept on the contact', async () => {
    const world = await start(withApi)
    const opened = await conversation(world)
    const out = await (await world.intercom.openSidebar(opened.id)).press('Opt out of texts')
    expect(readable(out)).toContain('+1 202 555 0123 gets no more texts from +1 202 555 0199.')
    const register = await api(world, 'GET', '/api/v1/opt-outs')
    expect(register.body.data).toMatchObject([
      { phone: MARIA, from: SUPPORT, source: 'agent', reason: 'Sam Support, from the sidebar' },
    ])
    await world.intercom.until(() => world.intercom.contacts[0]?.customAttributes.sms_opted_out === true)

    const back = await out.press('Allow texts again')
    expect(has(back, 'body')).toBe(true)
    await world.intercom.until(() => world.intercom.contacts[0]?.customAttributes.sms_opted_out === false)
    expect(await untilNotes(world, opened, 2)).toEqual([
      expect.stringContaining('opted out of texts, as an agent noted'),
      expect.stringContaining('may be texted again, as an agent noted'),
    ])
    await back.press('Send', { body: 'Welcome back' })
    await untilTexted(world, 'Welcome back')
  })
})

describe('in a group conversation', () => {
  test('the contact beside it is texted, never another participant', async () => {
    const world = await start()
    const opened = await conversation(world)
    const paul = world.intercom.addContact({ phone: '+12025550177' })
    opened.contactIds.push(paul.id)
    const shown = await world.intercom.openSidebar(opened.id, { contactId: paul.id })
    expect(readable(shown)).toContain('Customer: +1 202 555 0177')
    await shown.press('Send', { body: 'Hello Paul' })
    await untilTexted(world, 'Hello Paul')
    expect(world.twilio.sent[0]?.to).toBe('+12025550177')
  })
})

test('what Sam writes in the sidebar is in no log', async () => {
  const world = await start()
  const opened = await conversation(world)
  await (await world.intercom.openSidebar(opened.id)).press('Send', { body: 'My secret answer', subject: 'secret' })
  await untilStatus(world, 'My secret answer', 'delivered')
  await untilDecided(world)
  expect(world.log.join('')).not.toMatch(/secret|2025550123|Support/)
})

test('an older Intercom calls the contact a customer', async () => {
  const world = await start()
  const body = press('send:x', { contact: undefined, customer: { id: '1', phone: '(202) 555-0123' } })
  expect((await postCanvas(world, { body })).status).toBe(200)
  await untilTexted(world, 'Hello from the sidebar')
  expect(world.twilio.sent[0]?.to).toBe(MARIA)
})

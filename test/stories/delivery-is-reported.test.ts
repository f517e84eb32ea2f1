import { expect, test } from '@jest/globals'
import { postAsTwilio, SMS } from '../support/forgery.ts'
import {
  conversation,
  hold,
  maria,
  notesOf,
  sam,
  statusOf,
  texted,
  untilNotes,
  untilStatus,
  untilWords,
} from '../support/stories.ts'
import { MARIA, SUPPORT, type World, worlds } from '../support/world.ts'

const start = worlds()

/** Sam has replied, and what Twilio says of it is held back. */
async function replied(words = 'It ships today.', fails?: number) {
  const world = await start()
  const opened = await conversation(world)
  world.twilio.callbacks = 'held'
  if (fails) world.twilio.failNext({ to: MARIA, at: 'callback', code: fails })
  await sam(world, opened, words)
  await world.twilio.until(() => heldStatuses(world).at(-1) === (fails ? 'undelivered' : 'delivered'))
  return { world, opened }
}

const heldStatuses = ({ twilio }: World) => twilio.heldCallbacks.map(({ status }) => status)

test.each([
  ['in order', ['sent', 'delivered']],
  ['backwards', ['delivered', 'sent']],
  ['again and again', ['sent', 'sent', 'delivered', 'delivered', 'sent']],
  ['the last one only', ['delivered']],
])('what Twilio tells %s ends as delivered', async (_, told) => {
  const { world, opened } = await replied()
  await world.twilio.releaseCallbacks((held) =>
    told.flatMap((status) => held.find((one) => one.status === status) ?? []),
  )
  expect(world.twilio.statusCallbacks.map(({ status }) => status)).toEqual(told.map(() => 204))
  await untilStatus(world, 'It ships today.', 'delivered')

  world.twilio.callbacks = 'auto'
  await sam(world, opened, 'Bye')
  await untilStatus(world, 'Bye', 'delivered')
  expect(statusOf(world, 'It ships today.')).toBe('delivered')
  expect(notesOf(opened)).toEqual([])
})

test.each([
  ['in order', ['sent', 'undelivered']],
  ['backwards', ['undelivered', 'sent']],
  ['again and again', ['undelivered', 'sent', 'undelivered', 'undelivered']],
])('a failure told %s is one note', async (_, told) => {
  const { world, opened } = await replied('It ships today.', 30005)
  await world.twilio.releaseCallbacks((held) =>
    told.flatMap((status) => held.find((one) => one.status === status) ?? []),
  )
  await untilNotes(world, opened)
  await fail(world, opened.id, 30006)
  const [first, ...more] = await untilNotes(world, opened, 2)
  expect(first).toContain('did not reach the customer')
  expect(more).toHaveLength(1)
  expect(statusOf(world, 'It ships today.')).toBe('undelivered')
})

/** Another reply, which fails with another code. */
async function fail({ twilio, intercom }: World, id: string, code: number) {
  twilio.callbacks = 'auto'
  twilio.failNext({ to: MARIA, at: 'callback', code })
  intercom.agent.reply(id, `Failing with ${code}`)
}

test.each([
  [30004, 'blocked', 'by phone or e-mail'],
  [30005, 'does not exist', 'Check the phone number'],
  [30006, 'landline', 'Call the customer'],
  [30007, 'filtered the text as spam', 'Reword it'],
  [30032, 'toll-free number is not verified', 'An administrator'],
  [30034, 'not registered', 'An administrator'],
  [63016, 'more than 24 hours old', 'Wait until the customer writes again'],
  [39999, 'Twilio reported error 39999', 'docs/api/errors/39999'],
])('code %i in words an agent understands: what happened, and what to do', async (code, happened, next) => {
  const world = await start()
  const opened = await conversation(world)
  await fail(world, opened.id, code)
  const [note = ''] = await untilNotes(world, opened)
  expect(note).toContain(happened)
  expect(note).toContain(next)
  expect(note).not.toContain(MARIA)
})

test.each([
  [21614, 'not a mobile number', 'Ask the customer'],
  [21211, 'not a phone number that Twilio can text', 'Check the phone number'],
  [21408, 'switched off in the Twilio account', 'Geo permissions'],
])('a text that Twilio does not take (%i) is one note, and the next one goes out', async (code, happened, next) => {
  const world = await start()
  const opened = await conversation(world)
  world.twilio.failNext({ to: MARIA, at: 'create', code })
  world.intercom.agent.reply(opened.id, 'It ships today.')
  const [note = ''] = await untilNotes(world, opened)
  expect(note).toMatch(new RegExp(`${happened}.*${next}`))

  await sam(world, opened, 'Bye')
  await untilStatus(world, 'Bye', 'delivered')
  expect([notesOf(opened).length, statusOf(world, 'It ships today.')]).toEqual([1, 'failed'])
})

test('when one piece of a long reply fails at Twilio, the rest stays back, and there is one note', async () => {
  const world = await start({ yaml: 'replies: { maxSegments: 20 }' })
  const opened = await conversation(world)
  world.twilio.failNext({ to: MARIA, at: 'create', code: 21614 })
  world.intercom.agent.reply(opened.id, 'supercalifragilistic '.repeat(100))
  await untilNotes(world, opened)
  await sam(world, opened, 'Bye')
  expect(texted(world)).toEqual(['Bye'])
  expect(await untilNotes(world, opened, 1)).toHaveLength(1)
})

test('a status that comes before Twilio’s answer to the sending is understood', async () => {
  const world = await start()
  const opened = await conversation(world)
  const { holdUntil, release } = hold()
  world.twilio.faults.add({ method: 'POST', path: /Messages\.json/, act: true, answer: 'real', holdUntil })
  world.intercom.agent.reply(opened.id, 'It ships today.')
  await untilStatus(world, 'It ships today.', 'delivered')
  release()

  await sam(world, opened, 'Bye')
  await untilStatus(world, 'Bye', 'delivered')
  expect(texted(world)).toEqual(['It ships today.', 'Bye'])
  expect(statusOf(world, 'It ships today.')).toBe('delivered')
})

test('a failure that comes before Twilio’s answer to the sending is one note', async () => {
  const world = await start()
  const opened = await conversation(world)
  world.twilio.failNext({ to: MARIA, at: 'callback', code: 30006 })
  const { holdUntil, release } = hold()
  world.twilio.faults.add({ method: 'POST', path: /Messages\.json/, act: true, answer: 'real', holdUntil })
  world.intercom.agent.reply(opened.id, 'It ships today.')
  await untilNotes(world, opened)
  release()

  await sam(world, opened, 'Bye')
  await world.intercom.until(
    () => world.intercom.contacts[0]?.customAttributes.last_sms_sid === world.twilio.sent[1]?.sid,
  )
  expect([notesOf(opened).length, statusOf(world, 'It ships today.')]).toEqual([1, 'undelivered'])
})

test('a status of a text that is none of ours is taken and changes nothing', async () => {
  const { world, opened } = await replied()
  const [path, params] = [
    '/webhooks/twilio/status?k=1.1',
    { ...SMS, From: SUPPORT, To: MARIA, MessageStatus: 'undelivered' },
  ]
  expect(await postAsTwilio(world, { path, params })).toBe(204)
  await world.twilio.releaseCallbacks()
  await untilStatus(world, 'It ships today.', 'delivered')
  expect(notesOf(opened)).toEqual([])
})

test.each(['create', 'callback'] as const)(
  'WhatsApp takes free words for 24 hours after the customer’s last: a later reply (refused at %s) is one note with what to do',
  async (at) => {
    const [ours, marias] = [`whatsapp:${SUPPORT}`, `whatsapp:${MARIA}`]
    const world = await start({
      twilio: { numbers: [ours] },
      config: ({ twilio }) => ({ twilio: { ...twilio, phoneNumbers: [ours] } }),
    })
    const opened = await conversation(world, 'Hello?', { from: marias, to: ours })
    world.twilio.failNext({ to: marias, at, code: 63016 })
    world.intercom.agent.reply(opened.id, 'It ships today.')
    const [note] = await untilNotes(world, opened)
    expect(note).toMatch(/last WhatsApp message is more than 24 hours old.*Wait until the customer writes again/)
    expect(statusOf(world, 'It ships today.')).toBe(at === 'create' ? 'failed' : 'undelivered')

    await maria(world, 'Any news?', { from: marias, to: ours })
    await untilWords(world, opened, ['Hello?', 'Any news?'])
    await sam(world, opened, 'It ships today, really.')
    await untilStatus(world, 'It ships today, really.', 'delivered')
    expect([notesOf(opened).length, world.twilio.sent.at(-1)?.to]).toEqual([1, marias])
  },
)

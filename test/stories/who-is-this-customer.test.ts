import { expect, test } from '@jest/globals'
import type { NewContact } from '../../src/sandbox/intercom-server.ts'
import { conversation, DAY, maria, sam, untilNotes, untilWords, wordsOf } from '../support/stories.ts'
import { MARIA, type World, worlds } from '../support/world.ts'

const start = worlds()

const LONDON = '+442079460123'

/** Maria is known to Intercom. */
const known = ({ intercom }: World, contact: NewContact = {}) =>
  intercom.addContact({ name: 'Maria', phone: MARIA, ...contact })

test.each([
  '+12025550123',
  '0012025550123',
  '12025550123',
  '2025550123',
  '(202) 555-0123',
  '+1 202-555-0123',
  '202.555.0123',
])('Maria is found although her phone is kept as %s', async (phone) => {
  const world = await start()
  const contact = known(world, { phone })
  const opened = await conversation(world)
  expect(opened.contactIds).toEqual([contact.id])
  expect(world.intercom.contacts).toHaveLength(1)
})

test('a national number of another country is found where that country is the default', async () => {
  const world = await start({ config: () => ({ defaultCountry: 'GB' }) })
  const contact = known(world, { phone: '020 7946 0123' })
  const opened = await conversation(world, 'Hello?', { from: LONDON })
  expect(opened.contactIds).toEqual([contact.id])
})

test.each([
  ['the same last digits', '+442025550123'],
  ['one digit more', '+120255501239'],
  ['no number', ''],
])('somebody with %s is somebody else', async (_, phone) => {
  const world = await start()
  const other = known(world, { phone })
  const opened = await conversation(world)
  expect(opened.contactIds).not.toContain(other.id)
  expect(world.intercom.contacts).toHaveLength(2)
})

test('a WhatsApp customer is found by profile name where only the digits of the phone are the same', async () => {
  const world = await start({
    twilio: { numbers: ['whatsapp:+12025550199'] },
    config: ({ twilio }) => ({ twilio: { ...twilio, phoneNumbers: ['whatsapp:+12025550199'] } }),
  })
  known(world, { phone: LONDON })
  const contact = known(world, { phone: '1+202 5550123' })
  const chat = { from: `whatsapp:${MARIA}`, to: 'whatsapp:+12025550199' }
  const opened = await conversation(world, 'Hi', chat)
  expect(opened.contactIds).toEqual([contact.id])

  await sam(world, opened, 'Hello on WhatsApp')
  expect(world.twilio.sent).toMatchObject([{ from: chat.to, to: chat.from }])
})

test('a new WhatsApp customer gets the profile name and the phone', async () => {
  const world = await start({
    twilio: { numbers: ['whatsapp:+12025550199'] },
    config: ({ twilio }) => ({ twilio: { ...twilio, phoneNumbers: ['whatsapp:+12025550199'] } }),
  })
  await conversation(world, 'Hi', { from: `whatsapp:${MARIA}`, to: 'whatsapp:+12025550199' })
  expect(world.intercom.contacts).toMatchObject([{ name: 'Maria', phone: MARIA }])
})

test.each(['whatsapp:US.13491208655302741918', 'rcs:+12025550123'])(
  'an address like %s is kept and answered as it is',
  async (from) => {
    const ours = from.replace(/:.*/, ':+12025550199')
    const world = await start({
      twilio: { numbers: [ours] },
      config: ({ twilio }) => ({ twilio: { ...twilio, phoneNumbers: [ours] } }),
    })
    await sam(world, await conversation(world, 'Hi', { from, to: ours }), 'Hello')
    expect(world.twilio.sent).toMatchObject([{ from: ours, to: from }])
  },
)

test('of several with the number the one most recently active is taken, and a note names the others', async () => {
  const world = await start()
  const old = known(world, { name: 'Maria Old' })
  const active = known(world, { name: 'Maria Active', phone: '(202) 555-0123' })
  const late = known(world, { name: 'Maria Late' })
  for (const [days, contact] of [old, late].entries()) {
    Object.assign(contact, {
      createdAt: contact.createdAt - (days + 2) * DAY,
      updatedAt: contact.updatedAt - (days + 2) * DAY,
    })
  }
  const opened = await conversation(world)
  expect(opened.contactIds).toEqual([active.id])

  const [note = ''] = await untilNotes(world, opened)
  expect(note).toContain('Maria Active')
  expect(note).toMatch(/Also found: Maria Old .*, Maria Late /)
  await maria(world, 'more')
  await untilWords(world, opened, ['Hello?', 'more'])
  expect(await untilNotes(world, opened, 1)).toHaveLength(1)
})

test('somebody else made the contact at the same moment: that one is taken', async () => {
  const world = await start({ intercom: { searchLagMs: 60_000 } })
  world.intercom.faults.add({ path: /find_by_external_id/, act: false, answer: notFound })
  const contact = known(world, { externalId: `sms:${MARIA}` })
  const opened = await conversation(world)
  expect(opened.contactIds).toEqual([contact.id])
  expect(world.intercom.contacts).toHaveLength(1)
})

test('an archived contact is brought back', async () => {
  const world = await start()
  const contact = known(world, { externalId: `sms:${MARIA}` })
  world.intercom.archiveContact(contact.id)
  const opened = await conversation(world)
  expect(opened.contactIds).toEqual([contact.id])
  expect(contact.archived).toBe(false)
})

test('a contact archived in the middle of the conversation is brought back, and the conversation goes on', async () => {
  const world = await start()
  const opened = await conversation(world, 'one')
  world.intercom.archiveContact(opened.contactIds[0] ?? '')
  await maria(world, 'two')
  await untilWords(world, opened, ['one', 'two'])
  expect(world.intercom.contacts).toMatchObject([{ archived: false }])
  expect(world.intercom.conversations).toHaveLength(1)
})

test('a contact that was merged before she texts is the one it was merged into', async () => {
  const world = await start()
  const lost = known(world, { externalId: `sms:${MARIA}` })
  const heir = known(world, { name: 'Maria Lopez', phone: LONDON })
  world.intercom.mergeContacts(lost.id, heir.id)
  const opened = await conversation(world)
  expect(opened.contactIds).toEqual([heir.id])
})

test('a contact is merged in the middle of the conversation, which goes on as the one it was merged into', async () => {
  const world = await start()
  const opened = await conversation(world, 'one')
  const heir = known(world, { name: 'Maria Lopez', phone: LONDON })
  world.intercom.mergeContacts(opened.contactIds[0] ?? '', heir.id)
  await maria(world, 'two')
  await maria(world, 'three')

  await untilWords(world, opened, ['one', 'two', 'three'])
  expect(opened.contactIds).toEqual([heir.id])
  expect(world.intercom.conversations).toHaveLength(1)
})

test('a contact that was deleted is made anew', async () => {
  const world = await start()
  const first = await conversation(world, 'one')
  for (const contact of world.intercom.contacts) contact.deleted = true
  const second = await conversation(world, 'two')
  expect(second.contactIds).not.toEqual(first.contactIds)
  await maria(world, 'three')
  await untilWords(world, second, ['two', 'three'])
})

test.each([
  ['which Intercom told', null],
  ['which nobody told', []],
])('a conversation was deleted, %s: the next text opens a new one with the same contact', async (_, topics) => {
  const world = await start()
  const first = await conversation(world, 'one')
  world.intercom.topics = topics
  world.intercom.agent.delete(first.id)
  await world.intercom.delivered()
  await maria(world, 'two')

  const second = await world.intercom.until(
    () => world.intercom.conversations[0]?.tags[0] && world.intercom.conversations[0],
  )
  expect(wordsOf(second)).toEqual(['two'])
  expect(second.contactIds).toEqual(first.contactIds)
})

test('Intercom takes a while until a new contact can be written to', async () => {
  const world = await start({ intercom: { contactReadyMs: 300 } })
  const opened = await conversation(world)
  await maria(world, 'more')
  await untilWords(world, opened, ['Hello?', 'more'])
  expect(world.intercom.contacts).toHaveLength(1)
})

test('contacts are made as leads where that is wanted, and known again', async () => {
  const world = await start({ yaml: 'contacts: { role: lead }', intercom: { searchLagMs: 60_000 } })
  const opened = await conversation(world)
  await world.restart()
  await maria(world, 'more')
  await untilWords(world, opened, ['Hello?', 'more'])
  expect(world.intercom.contacts).toMatchObject([{ role: 'lead', phone: MARIA }])
})

const notFound = {
  status: 404,
  body: { type: 'error.list', errors: [{ code: 'not_found', message: 'User Not Found' }] },
}

import { expect, test } from '@jest/globals'
import {
  conversation,
  factsStored,
  maria,
  sam,
  statusOf,
  texted,
  untilDecided,
  untilLinked,
  untilNotes,
  untilStatus,
  untilTexted,
} from '../support/stories.ts'
import { MARIA, SUPPORT, worlds } from '../support/world.ts'

const start = worlds()
const yaml = 'welcome: "Welcome, {{ contact.first_name | default: \'friend\' }}!"'
const OTHER = '+12025550124'

test.each(['user', 'lead'] as const)('a %s that is created with a phone number is welcomed', async (role) => {
  const world = await start({ yaml })
  world.intercom.addContact({ role, name: 'Maria Lopez', phone: '(202) 555-0123' })
  await untilTexted(world, 'Welcome, Maria!')
  expect(world.twilio.sent).toMatchObject([{ from: SUPPORT, to: MARIA }])
})

test('once for good: not when Intercom tells it again, after a restart, or when somebody makes the contact anew', async () => {
  const world = await start({ yaml })
  world.intercom.addContact({ phone: MARIA })
  await untilTexted(world, 'Welcome, friend!')
  const [told] = world.intercom.deliveries.filter(({ topic }) => topic === 'contact.user.created')
  await world.restart()
  await world.intercom.redeliver(told?.id ?? '')
  world.intercom.addContact({ phone: MARIA })
  await world.intercom.delivered()
  world.intercom.addContact({ phone: OTHER })
  await untilTexted(world, 'Welcome, friend!', 'Welcome, friend!')
  expect(world.twilio.sent.map(({ to }) => to)).toEqual([MARIA, OTHER])
})

test('a contact that is told under contact.created is welcomed as well, once, whatever other topic tells it again', async () => {
  const world = await start({ yaml })
  world.intercom.webhooks = 'held'
  world.intercom.addContact({ name: 'Maria Lopez', phone: MARIA })
  const [told] = world.intercom.heldWebhooks
  await world.intercom.releaseWebhooks((held) => held.map((hook) => ({ ...hook, topic: 'contact.created' })))
  await untilTexted(world, 'Welcome, Maria!')
  world.intercom.webhooks = 'auto'
  for (const topic of ['contact.created', 'contact.user.created']) world.intercom.notify(topic, told?.item)
  await untilDecided(world)
  world.intercom.addContact({ phone: OTHER })
  await untilTexted(world, 'Welcome, Maria!', 'Welcome, friend!')
  expect(world.twilio.sent.map(({ to }) => to)).toEqual([MARIA, OTHER])
})

test.each([
  ['has no phone number', {}],
  ['has a number that cannot be dialled', { phone: 'ask Bob' }],
  ['has a number of our own', { phone: SUPPORT }],
])('a contact that %s is not', async (_, contact) => {
  const world = await start({ yaml })
  world.intercom.addContact(contact)
  await untilDecided(world)
  expect(statusOf(world, 'Welcome, friend!')).toBeUndefined()
  world.intercom.addContact({ phone: OTHER })
  await untilTexted(world, 'Welcome, friend!')
})

test.each(['user', 'lead'])('a contact that the bridge makes for somebody who texts (as a %s) is not', async (role) => {
  const world = await start({ yaml: `${yaml}\ncontacts: { role: ${role} }` })
  const opened = await conversation(world)
  await untilDecided(world)
  await sam(world, opened, 'Hello!')
  expect(texted(world)).toEqual(['Hello!'])
})

test('somebody who has opted out is not', async () => {
  const world = await start({ yaml })
  await maria(world, 'STOP')
  await untilDecided(world)
  world.intercom.addContact({ phone: MARIA })
  await world.intercom.delivered()
  world.intercom.addContact({ phone: OTHER })
  await untilTexted(world, 'Welcome, friend!')
  expect(world.twilio.sent.map(({ to }) => to)).toEqual([OTHER])
})

test('without a welcome nothing is even recorded of new contacts', async () => {
  const world = await start()
  await conversation(world, 'Hello?', { from: OTHER })
  await untilDecided(world)
  const before = factsStored(world)
  world.intercom.addContact({ phone: MARIA })
  await world.intercom.delivered()
  expect(factsStored(world)).toBe(before)
})

test('Maria answers it: that is a conversation of its own, which quotes the welcome', async () => {
  const world = await start({ yaml })
  world.intercom.addContact({ name: 'Maria Lopez', phone: MARIA })
  await world.twilio.until(() => world.twilio.sent[0]?.status === 'delivered')
  const opened = await conversation(world, 'Thanks! One question.')
  expect((await untilNotes(world, opened))[0]).toContain('Welcome, Maria!')
  expect(world.intercom.contacts).toHaveLength(1)
})

test('Maria answers it, whom Sam texts already by another contact: Sam’s conversation is closed, and the two are linked', async () => {
  const world = await start()
  const lead = world.intercom.addContact({ role: 'lead', phone: MARIA })
  const old = world.intercom.agent.start(lead.id, 'Your table is ready.', 'sms-channel')
  await untilStatus(world, 'Your table is ready.', 'delivered')
  await world.restart(undefined, { behaviour: { ...world.config.behaviour, welcome: 'Welcome!' } })
  world.intercom.addContact({ role: 'user', phone: MARIA })
  await untilStatus(world, 'Welcome!', 'delivered')
  const fresh = await conversation(world, 'Thanks! One question.')
  await untilLinked(world, { old, fresh, quote: 'Welcome!' })
})

import { expect, test } from '@jest/globals'
import type { Config } from '../../src/config/types.ts'
import type { IntercomStandIn } from '../../src/sandbox/intercom-server.ts'
import { api, CONSOLE_TOKEN } from '../support/api.ts'
import {
  contextNoteOf,
  conversation,
  DAY,
  maria,
  sam,
  texted,
  untilDecided,
  untilNotes,
  untilWords,
} from '../support/stories.ts'
import { MARIA, SUPPORT, worlds } from '../support/world.ts'

const start = worlds()

/** Somebody makes a conversation attribute in Intercom's settings. */
const withAttributes = async ({ url }: IntercomStandIn, names: string[]) => {
  for (const name of names) {
    await fetch(`${url}/conversations/attributes`, {
      method: 'POST',
      headers: { authorization: 'Bearer intercom-access-token-of-the-tests', 'content-type': 'application/json' },
      body: JSON.stringify({ name, data_type: 'string' }),
    })
  }
}

test('a new conversation opens with the number texted and where the customer is, in one note', async () => {
  const world = await start()
  const opened = await conversation(world)
  const note = contextNoteOf(opened)
  expect(note).toContain('New SMS conversation: +1 202 555 0123 wrote to +1 202 555 0199.')
  expect(note).toContain('From Washington, DC, US.')
  expect(note).not.toMatch(/Earlier|Opted/)

  await maria(world, 'more')
  await untilWords(world, opened, ['Hello?', 'more'])
  await sam(world, opened, 'Hi Maria')
  expect(opened.parts.filter(({ partType }) => partType === 'note')).toHaveLength(1)
})

test('where there is nothing to tell but the only number of ours, no note is in the way', async () => {
  const world = await start()
  await world.twilio.text({ from: 'ACME', to: SUPPORT, body: 'Your code is 123456' })
  const opened = await world.intercom.until(() => world.intercom.conversations.find(({ tags }) => tags.length > 0))
  await untilDecided(world)
  expect(contextNoteOf(opened)).toBeUndefined()
})

test('the note is never a text that the customer sees', async () => {
  const world = await start()
  await sam(world, await conversation(world), 'Hi')
  await untilDecided(world)
  expect(texted(world)).toEqual(['Hi'])
})

test('it says how many conversations by text there were, with links to the last ones', async () => {
  const world = await start()
  const ids: string[] = []
  for (const body of ['one', 'two', 'three', 'four']) {
    const opened = await conversation(world, body)
    ids.unshift(opened.id)
    world.intercom.agent.close(opened.id)
    await untilDecided(world)
    world.pass(6 * DAY)
  }
  const note = contextNoteOf(await conversation(world, 'five')) ?? ''
  expect(note).toContain('Earlier conversations by text: 4, the latest of ')
  const links = [...note.matchAll(/conversations\/(\d+)">\d{4}-\d\d-\d\d</g)].map(([, id]) => id)
  expect(links).toEqual(ids.slice(0, 3))
})

test('it tells of an opt-out that is over', async () => {
  const world = await start()
  await maria(world, 'STOP')
  await maria(world, 'START')
  const note = contextNoteOf(await conversation(world))
  expect(note).toMatch(/Opted out on \d{4}-\d\d-\d\d, by text, and in again on \d{4}-\d\d-\d\d\./)
  expect(note).toContain('Replies here are sent')
})

test('of a customer who has opted out it says that replies are not texted, and the new contact carries it with its time', async () => {
  const world = await start({ config: () => ({ consoleToken: CONSOLE_TOKEN }) })
  const made = await api(world, 'POST', '/api/v1/opt-outs', { body: { phone: MARIA, reason: 'by phone' } })
  world.pass(60_000)
  const opened = await conversation(world)
  expect(contextNoteOf(opened)).toMatch(
    /Replies here are not texted.*Opted out of all our numbers on .*through the API\./,
  )
  const contact = await world.intercom.until(() =>
    world.intercom.contacts.find(({ customAttributes }) => customAttributes.sms_opted_out === true),
  )
  const at = Math.floor(Date.parse(String(made.body.createdAt)) / 1000)
  await world.intercom.until(() => contact.customAttributes.sms_opted_out_at === at)

  world.intercom.agent.reply(opened.id, 'Hi')
  expect(await untilNotes(world, opened)).toEqual([expect.stringContaining('was not texted')])
})

test('with several numbers of ours the note says which, also where nothing else is known', async () => {
  const numbers = [SUPPORT, '+12025550198']
  const config = ({ twilio }: Config) => ({ twilio: { ...twilio, phoneNumbers: numbers } })
  const world = await start({ twilio: { numbers }, config })
  await maria(world, 'Hello?', { webhook: false })
  await world.restart()
  const opened = await world.intercom.until(() => world.intercom.conversations.find(contextNoteOf))
  expect(contextNoteOf(opened)).toContain('wrote to +1 202 555 0199')
  expect(contextNoteOf(opened)).not.toContain('From ')
})

test('where conversation attributes exist they say it too, and the others are left out without a word', async () => {
  const world = await start()
  await withAttributes(world.intercom, ['sms_number', 'sms_place', 'sms_earlier_conversations', 'sms_opt_outs'])
  const expected = {
    sms_number: '+1 202 555 0199',
    sms_place: 'Washington, DC, US',
    sms_earlier_conversations: 0,
    sms_opt_outs: 'none',
  }
  const first = await conversation(world)
  expect(first.customAttributes).toEqual(expected)
  // The second conversation needs one call, because the first has shown which ones there are.
  const before = world.intercom.requests.length
  const second = await conversation(world, 'Hi', { from: '+12025550124', to: SUPPORT })
  expect(second.customAttributes).toEqual(expected)
  expect(world.intercom.requests.slice(before).filter(({ method }) => method === 'PUT')).toHaveLength(1)
  expect(world.log.filter((line) => /"level":"?(warn|error|40|50)/.test(line))).toEqual([])
})

test('an attribute that is made later is written within the hour', async () => {
  const world = await start()
  expect((await conversation(world)).customAttributes).toEqual({})
  await withAttributes(world.intercom, ['sms_customer'])
  world.pass(2 * 3_600_000)
  const later = await conversation(world, 'Hi', { from: '+12025550124' })
  expect(later.customAttributes).toEqual({ sms_customer: '+1 202 555 0124' })
})

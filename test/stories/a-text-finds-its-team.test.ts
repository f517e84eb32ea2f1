import { expect, test } from '@jest/globals'
import { ConfigError } from '../../src/errors.ts'
import {
  contextNoteOf,
  conversation,
  maria,
  sam,
  texted,
  untilDecided,
  untilNotes,
  untilWords,
} from '../support/stories.ts'
import { SAM, SUPPORT, type World, type WorldOptions, worlds } from '../support/world.ts'

const start = worlds()

const SALES = { id: '5001', name: 'Sales' }
const CARE = { id: '5002', name: 'Customer Care' }
const LENA = { id: '101', name: 'Lena Lee' }
const SALES_NUMBER = '+12025550198'

/** A workspace with teams and teammates, two numbers of ours, and these rules. */
const startWith = (rules: string, more: WorldOptions = {}) =>
  start({
    yaml: `routing: [${rules}]`,
    twilio: { numbers: [SUPPORT, SALES_NUMBER] },
    intercom: { teams: [SALES, CARE], admins: [SAM, LENA] },
    config: ({ twilio }) => ({ twilio: { ...twilio, phoneNumbers: [SUPPORT, SALES_NUMBER] } }),
    ...more,
  })

/** Whose conversation it is when everything about it is done: its first note comes last. */
async function opensFor(world: World, body: string, more = {}) {
  const opened = await conversation(world, body, more)
  await world.intercom.until(() => contextNoteOf(opened))
  const { teamAssigneeId, adminAssigneeId } = opened
  return { team: teamAssigneeId, admin: adminAssigneeId }
}

test.each([
  ['by the number texted', `to: "${SALES_NUMBER}"`, { to: SALES_NUMBER }],
  ['by country, as Twilio gives it', 'country: US', {}],
  ['by country, as the number shows it', 'country: GB', { from: '+442079460123' }],
  ['by words, in any case', 'contains: new ORDER', {}],
  ['by keyword', 'keyword: "a new order"', {}],
  ['by all of them', `to: "${SUPPORT}", country: US, contains: order`, {}],
])('Maria texts, and her conversation goes to the team %s', async (_, when, more) => {
  const world = await startWith(`{ when: { ${when} }, then: { team: Sales } }`)
  expect(await opensFor(world, 'A new order, please', more)).toEqual({ team: SALES.id, admin: null })
})

test.each([
  [`to: "${SALES_NUMBER}"`],
  ['country: GB'],
  ['contains: refund'],
  ['keyword: order'],
  [`to: "${SALES_NUMBER}", country: US`],
])('it goes nowhere when the rule { %s } does not apply', async (when) => {
  const world = await startWith(`{ when: { ${when} }, then: { team: Sales } }`)
  expect(await opensFor(world, 'A new order, please')).toEqual({ team: null, admin: null })
})

test('a keyword is the whole of her text: what else she says there is for people to read', async () => {
  const world = await startWith('{ when: { keyword: "a new order" }, then: { team: Sales } }')
  expect(await opensFor(world, 'A new order. Where is the old one?')).toEqual({ team: null, admin: null })
})

test.each([
  ['a team by id', `team: ${CARE.id}`, { team: CARE.id, admin: null }],
  ['a team by name, in any case', 'team: customer care', { team: CARE.id, admin: null }],
  ['a teammate by name', 'admin: Lena Lee', { team: null, admin: LENA.id }],
  ['a teammate by id', `admin: ${LENA.id}`, { team: null, admin: LENA.id }],
  ['both', 'team: Sales, admin: Lena Lee', { team: SALES.id, admin: LENA.id }],
])('a rule assigns to %s', async (_, then, assigned) => {
  const world = await startWith(`{ then: { ${then} } }`)
  expect(await opensFor(world, 'Hello?')).toEqual(assigned)
  await untilDecided(world)
  expect(texted(world)).toEqual([])
})

test('a rule tags, says that it is a priority and leaves a note', async () => {
  const world = await startWith(
    '{ when: { contains: order }, then: { tag: orders, priority: true, note: "Offer <10 %" } }',
  )
  const opened = await conversation(world, 'Where is my order?')
  expect(opened.tags.map(({ name }) => name).sort()).toEqual(['orders', 'priority', 'sms-channel'])
  expect(await untilNotes(world, opened)).toEqual([expect.stringContaining('Offer &lt;10 %')])
})

test('of several rules the first that applies wins', async () => {
  const world = await startWith(
    '{ when: { contains: refund }, then: { team: Customer Care } }, { then: { team: Sales } }, { then: { tag: last } }',
  )
  expect(await opensFor(world, 'A refund, please')).toMatchObject({ team: CARE.id })
  const other = await conversation(world, 'Hello', { from: '+12025550124' })
  expect([other.teamAssigneeId, other.tags.length]).toEqual([SALES.id, 1])
})

test('rules apply once, when a text opens the conversation: later words move nothing', async () => {
  const world = await startWith('{ when: { contains: order }, then: { team: Sales, tag: orders } }')
  const opened = await conversation(world, 'Hello?')
  world.intercom.agent.assign(opened.id, { teamId: CARE.id })
  await maria(world, 'It is about my order')
  await untilWords(world, opened, ['Hello?', 'It is about my order'])
  await sam(world, opened, 'I see.')
  expect([opened.teamAssigneeId, opened.tags.length]).toEqual([CARE.id, 1])
})

test('a team that Intercom does not know is refused at start, with the rule and whom there is', async () => {
  const refused = startWith('{ then: { tag: a } }, { then: { team: Slaes, admin: Lena } }')
  await expect(refused).rejects.toThrow(ConfigError)
  await expect(refused).rejects.toThrow(
    [
      'routing[1].then.team: "Slaes" is not the id or the name of exactly one team in Intercom; it knows Sales (5001), Customer Care (5002)',
      'routing[1].then.admin: "Lena" is not the id or the name of exactly one admin in Intercom; it knows Sam Support (100), Lena Lee (101)',
    ].join('\n'),
  )
})

test('a team that is gone by the time Intercom answers costs no text: one note says that nobody was assigned', async () => {
  const teams = [SALES]
  const world = await startWith('{ then: { team: Sales } }', { intercom: { teams } })
  await world.restart(async () => {
    teams.length = 0
    world.intercom.down = true
  })
  await maria(world, 'Hello?')
  world.intercom.down = false

  const opened = await world.intercom.until(() => world.intercom.conversations[0])
  const [note] = await untilNotes(world, opened)
  expect(note).toContain('should have gone to the team “Sales”, and did not')
  await sam(world, opened, 'Hi')
  expect(await untilNotes(world, opened, 1)).toHaveLength(1)
  expect(world.log.some((line) => line.includes('"not assigned"'))).toBe(true)
})

import { describe, expect, test } from '@jest/globals'
import type { Conversation } from '../../src/sandbox/intercom-server.ts'
import { api, CONSOLE_TOKEN, send } from '../support/api.ts'
import {
  andThen,
  conversation,
  DAY,
  maria,
  notesOf,
  sam,
  texted,
  untilDecided,
  untilNotes,
  untilStatus,
  untilTexted,
  untilWords,
  wordsOf,
} from '../support/stories.ts'
import { MARIA, type World, worlds } from '../support/world.ts'

const start = worlds()

const QUESTION = 'How did we do? 1-5'
const THANKS = 'Thank you.'
const yaml = `survey: { thanks: "${THANKS}", team: Care, low: 2 }`
const care = { intercom: { teams: [{ id: '77', name: 'Care' }] } }
const HOUR = 3_600_000

/** Sam has answered Maria and closed the conversation, and she has been asked how it was. */
async function asked(world: World, question = QUESTION, from = MARIA): Promise<Conversation> {
  const opened = await conversation(world, 'Hello?', { from })
  await sam(world, opened, 'It ships today.')
  world.intercom.agent.close(opened.id)
  await world.twilio.until(() =>
    world.twilio.sent.find((sms) => sms.to === from && sms.body === question && sms.status === 'delivered'),
  )
  await untilNotes(world, opened)
  return opened
}

const ratingOf = ({ customAttributes }: Conversation) => customAttributes.sms_rating

test('when the conversation closes Maria is asked once, and Sam sees the question', async () => {
  const world = await start({ yaml, ...care })
  const opened = await asked(world)
  expect(await untilNotes(world, opened)).toEqual([
    expect.stringMatching(/<b>Asked automatically:<\/b> “How did we do\? 1-5”/),
  ])
  expect(opened.state).toBe('closed')
  await world.restart()
  await untilDecided(world)
  expect(texted(world)).toEqual(['It ships today.', QUESTION])
})

test.each(['5', ' 4! ', '3 please'])(
  'she answers “%s”: kept on the conversation and noted, which stays closed',
  async (words) => {
    const world = await start({ yaml, ...care })
    const opened = await asked(world)
    await maria(world, words)
    await untilTexted(world, 'It ships today.', QUESTION, THANKS)
    const answer = Number.parseInt(words, 10)
    await world.intercom.until(() => ratingOf(opened) === answer)
    const notes = await untilNotes(world, opened, 3)
    expect(notes.filter((note) => note.includes(`answered the survey with “${answer}”`))).toHaveLength(1)
    expect([opened.state, wordsOf(opened), world.intercom.conversations.length]).toEqual(['closed', ['Hello?'], 1])
  },
)

test('her answer is stored as a message, so nothing is lost', async () => {
  const world = await start({ yaml, ...care, config: () => ({ consoleToken: CONSOLE_TOKEN }) })
  await asked(world)
  await maria(world, '5')
  await untilStatus(world, '5', 'received')
  const { body } = await api(world, 'GET', `/api/v1/messages?phone=${encodeURIComponent(MARIA)}&direction=inbound`)
  expect(body.data).toMatchObject([{ body: '5' }, { body: 'Hello?' }])
})

test('a low answer opens the conversation again, for the team, with a note', async () => {
  const world = await start({ yaml, ...care })
  const opened = await asked(world)
  await maria(world, '1')
  await world.intercom.until(() => opened.teamAssigneeId === '77')
  const notes = await untilNotes(world, opened, 3)
  expect(notes.find((note) => note.includes('find out what went wrong'))).toContain('“1”')
  expect([opened.state, ratingOf(opened)]).toEqual(['open', 1])
})

test('a team that is gone by the time is a note, and the conversation is open all the same', async () => {
  const teams = [{ id: '5002', name: 'Care' }]
  const world = await start({ yaml, intercom: { teams } })
  teams.splice(0)
  world.pass(DAY)
  const opened = await asked(world)
  await maria(world, '2')
  await world.intercom.until(() => notesOf(opened).some((note) => note.includes('the team “Care”, and did not')))
  expect(opened.state).toBe('open')
})

test.each(['Great service, thanks!', '5 stars', '6', '1. You never called back'])(
  'other words go to the inbox as usual: “%s”',
  async (words) => {
    const world = await start({ yaml, ...care })
    const opened = await asked(world)
    await andThen(world, opened, ['Hello?', words])
    expect([opened.state, ratingOf(opened)]).toEqual(['open', undefined])
  },
)

test('only her first answer counts; a second one is words', async () => {
  const world = await start({ yaml, ...care })
  const opened = await asked(world)
  await maria(world, '5')
  await world.intercom.until(() => ratingOf(opened) === 5)
  await andThen(world, opened, ['Hello?', '4'])
  expect(ratingOf(opened)).toBe(5)
})

test('what the bridge says by itself makes nobody’s words read', async () => {
  const world = await start({ yaml, ...care })
  const opened = await asked(world)
  await maria(world, '5')
  await world.intercom.until(() => ratingOf(opened) === 5)
  const marked = world.intercom.requests.filter(({ body }) => Object(body).read === true)
  // For Sam's reply alone.
  expect(marked).toHaveLength(1)
})

test('an answer that comes too late is words', async () => {
  const world = await start({ yaml, ...care })
  const opened = await asked(world)
  world.pass(25 * HOUR)
  await andThen(world, opened, ['Hello?', '5'])
})

test('“2” is no answer to the survey once Sam has asked something else', async () => {
  const world = await start({ yaml, ...care })
  const opened = await asked(world)
  await andThen(world, opened, ['Hello?', 'One more thing'])
  await sam(world, opened, 'How many boxes?')
  await andThen(world, opened, ['Hello?', 'One more thing', '2'])
  expect(ratingOf(opened)).toBeUndefined()
})

test('an answer to the survey is no answer to a text that was sent by program', async () => {
  const world = await start({ yaml, ...care, config: () => ({ consoleToken: CONSOLE_TOKEN }) })
  const opened = await conversation(world)
  await send(world, { to: MARIA, body: 'Your parcel is here.' })
  await world.twilio.until(() => world.twilio.sent[0]?.status === 'delivered')
  world.intercom.agent.close(opened.id)
  await world.twilio.until(() => world.twilio.sent[1]?.status === 'delivered')
  await maria(world, '5')
  await world.intercom.until(() => ratingOf(opened) === 5)
  expect(world.intercom.conversations).toHaveLength(1)
})

describe('Maria is not asked', () => {
  test('a second time while nothing was said since', async () => {
    const world = await start({ yaml, ...care })
    const opened = await asked(world)
    world.intercom.agent.open(opened.id)
    world.intercom.agent.close(opened.id)
    await untilDecided(world)
    await sam(world, opened, 'Sorry, I was not done.')
    expect(texted(world)).toEqual(['It ships today.', QUESTION, 'Sorry, I was not done.'])
    world.intercom.agent.close(opened.id)
    await untilTexted(world, 'It ships today.', QUESTION, 'Sorry, I was not done.', QUESTION)
  })

  test('when the conversation is opened, snoozed or assigned', async () => {
    const world = await start({ yaml, ...care })
    const opened = await conversation(world)
    world.intercom.agent.open(opened.id)
    world.intercom.agent.snooze(opened.id)
    world.intercom.agent.assign(opened.id, { teamId: '77' })
    await untilDecided(world)
    await sam(world, opened, 'Hello!')
    expect(texted(world)).toEqual(['Hello!'])
  })

  test('when she has opted out', async () => {
    const world = await start({ yaml, ...care })
    const opened = await conversation(world)
    await maria(world, 'STOP')
    await untilNotes(world, opened)
    world.intercom.agent.close(opened.id)
    await untilDecided(world)
    const other = await conversation(world, 'Hello?', { from: '+12025550124' })
    world.intercom.agent.close(other.id)
    await untilTexted(world, QUESTION)
    expect(world.twilio.sent.map(({ to }) => to)).toEqual(['+12025550124'])
  })

  test('about a conversation that is none of ours', async () => {
    const world = await start({ yaml, ...care })
    const contact = world.intercom.addContact({ phone: MARIA })
    const foreign = world.intercom.agent.start(contact.id, 'Hello from the Messenger')
    world.intercom.agent.close(foreign.id)
    await untilDecided(world)
    await asked(world)
    expect(texted(world)).toEqual(['It ships today.', QUESTION])
  })

  test('about the conversation she leaves by answering a text of a program', async () => {
    const world = await start({ yaml, ...care, config: () => ({ consoleToken: CONSOLE_TOKEN }) })
    const old = await conversation(world)
    await send(world, { to: MARIA, body: 'How about Friday?' })
    await world.twilio.until(() => world.twilio.sent[0]?.status === 'delivered')
    const fresh = await conversation(world, 'Friday is fine')
    await world.intercom.until(() => old.state === 'closed')
    await untilDecided(world)
    await sam(world, fresh, 'See you.')
    expect(texted(world)).toEqual(['How about Friday?', 'See you.'])
  })
})

test('a poll is asked the same way, and what each answer got is counted', async () => {
  const world = await start({
    yaml: 'survey: { question: "A, B or C?", answers: [A, B, C] }',
    config: () => ({ consoleToken: CONSOLE_TOKEN }),
  })
  const votes = { [MARIA]: 'b', '+12025550124': 'A.', '+12025550125': 'c', '+12025550126': 'B please' }
  for (const [from, vote] of Object.entries(votes)) {
    const opened = await asked(world, 'A, B or C?', from)
    await maria(world, vote, { from })
    await world.intercom.until(() => ratingOf(opened))
    await untilNotes(world, opened, 2)
    await untilWords(world, opened, ['Hello?'])
    expect(opened.state).toBe('closed')
  }
  const { body } = await api(world, 'GET', '/api/v1/stats')
  expect(body.survey).toEqual([
    { answer: 'B', count: 2 },
    { answer: 'A', count: 1 },
    { answer: 'C', count: 1 },
  ])
})

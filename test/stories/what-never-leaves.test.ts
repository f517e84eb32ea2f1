import { expect, test } from '@jest/globals'
import { conversation, maria, primed, sam, texted, untilNotes, untilTexted, untilWords } from '../support/stories.ts'
import { SAM, type World, worlds } from '../support/world.ts'

const start = worlds()

/** Intercom collects details only for a moment: what may be a prompt is looked at two seconds later. */
const AFTER_PROMPT = 2000

test('notes never leave, whoever wrote them', async () => {
  const world = await start()
  const opened = await conversation(world)
  world.intercom.agent.note(opened.id, 'She sounds angry')
  await byApi(world, opened.id, { message_type: 'note', body: '<p>VIP</p>' })
  await sam(world, opened, 'Sorry!')
  expect(texted(world)).toEqual(['Sorry!'])
})

test('what Maria wrote never comes back to her', async () => {
  const world = await start()
  const opened = await conversation(world, 'one')
  await maria(world, 'two')
  await untilWords(world, opened, ['one', 'two'])
  await world.intercom.delivered()
  await sam(world, opened, 'Hello')
  expect(texted(world)).toEqual(['Hello'])
})

test('what the bridge itself tells the agent never leaves', async () => {
  const world = await start({ yaml: 'replies: { maxSegments: 1 }' })
  const opened = await conversation(world)
  world.intercom.agent.reply(opened.id, 'x'.repeat(400))
  await untilNotes(world, opened)
  await world.intercom.delivered()
  await sam(world, opened, 'Short')
  expect(texted(world)).toEqual(['Short'])
})

test('closing, opening, snoozing, assigning without words are no replies', async () => {
  const world = await start()
  const opened = await conversation(world)
  const { agent } = world.intercom
  for (const act of [agent.close, agent.open, agent.snooze]) act(opened.id)
  agent.assign(opened.id, { teamId: '7' })
  agent.reply(opened.id, '<p> </p>')
  await sam(world, opened, 'Hello')
  expect(texted(world)).toEqual(['Hello'])
})

test('old words that come again with another notification are not sent again', async () => {
  const world = await start()
  const opened = await conversation(world)
  await sam(world, opened, 'It ships today.')
  await world.intercom.until(() => opened.read)
  world.intercom.agent.tag(opened.id, 'vip')
  const second = await sam(world, opened, 'Tomorrow, sorry')
  world.intercom.agent.redact(opened.id, second.id)
  world.intercom.customerReads(opened.id)

  await sam(world, opened, 'Bye')
  expect(texted(world)).toEqual(['It ships today.', 'Tomorrow, sorry', 'Bye'])
})

test('a reply in a conversation that is none of ours goes nowhere', async () => {
  const world = await start()
  const opened = await conversation(world)
  const stranger = world.intercom.addContact({ email: 'joe@example.com', phone: '+12025550124' })
  const other = world.intercom.agent.start(stranger.id, 'News for you')
  world.intercom.agent.reply(other.id, 'Did you read it?')
  await world.intercom.delivered()
  await sam(world, opened, 'Hello')
  expect(texted(world)).toEqual(['Hello'])
})

test('Intercom’s own prompts and promises are never texted', async () => {
  const world = await start()
  const opened = await conversation(world)
  world.intercom.operator.expectation(opened.id, 'Sam will reply as soon as they can.')
  world.intercom.operator.prompt(opened.id, 'Give the team a way to reach you:')
  await world.intercom.delivered()
  world.pass(AFTER_PROMPT)
  await sam(world, opened, 'Hello')
  expect(texted(world)).toEqual(['Hello'])
})

test('an answer of Fin is texted once, although Intercom tells of it twice', async () => {
  const world = await start()
  const opened = await conversation(world)
  world.intercom.operator.say(opened.id, 'We open at nine.', { fromAi: true })
  await world.intercom.delivered()
  await sam(world, opened, 'Hello')
  expect(texted(world)).toEqual(['We open at nine.', 'Hello'])
})

test('a workflow’s message is texted once it is sure to be no prompt, and what follows waits for it', async () => {
  const world = await start()
  const opened = await conversation(world)
  world.intercom.operator.say(opened.id, 'Thanks for writing!')
  world.intercom.agent.reply(opened.id, 'Hello')
  await world.intercom.delivered()
  world.pass(AFTER_PROMPT)
  await untilTexted(world, 'Thanks for writing!', 'Hello')
})

test('bots keep to Intercom where that is wanted', async () => {
  const world = await start({ yaml: 'replies: { relayBots: false }' })
  const opened = await conversation(world)
  world.intercom.operator.say(opened.id, 'We open at nine.', { fromAi: true })
  world.intercom.operator.say(opened.id, 'Thanks for writing!')
  await sam(world, opened, 'Hello')
  expect(texted(world)).toEqual(['Hello'])
})

test('words on a kind of part that nobody knows are not texted, and a note asks what they were', async () => {
  const world = await start()
  const opened = await conversation(world)
  world.intercom.webhooks = 'held'
  world.intercom.agent.reply(opened.id, 'From the future', { how: 'comment' })
  const unknown = (item: unknown) =>
    JSON.parse(JSON.stringify(item).replace('"part_type":"comment"', '"part_type":"hologram"'))
  await world.intercom.releaseWebhooks((held) => held.map((hook) => ({ ...hook, item: unknown(hook.item) })))
  expect(await untilNotes(world, opened)).toEqual([
    expect.stringContaining('A reply of type “hologram” was not texted'),
  ])
  expect(texted(world)).toEqual([])
})

test('a comment by the same admin through the API is a reply like any other', async () => {
  const world = await start()
  const opened = await conversation(world)
  await primed(world)
  await byApi(world, opened.id, { message_type: 'comment', body: 'Sent by our own tool' })
  await untilTexted(world, 'Sent by our own tool')
})

/** Somebody else’s program posts into the conversation with an access token of the same workspace. */
async function byApi({ intercom, config }: World, id: string, body: { message_type: string; body: string }) {
  const answer = await fetch(`${intercom.url}/conversations/${id}/reply`, {
    method: 'POST',
    headers: { authorization: `Bearer ${config.intercom.accessToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ type: 'admin', admin_id: SAM.id, ...body }),
  })
  expect(answer.status).toBe(200)
}

import { expect, test } from '@jest/globals'
import { BOT_SECRET, type Bot, type BotAnswer, bots } from '../support/bot.ts'
import {
  andThen,
  conversation,
  hold,
  maria,
  notesOf,
  sam,
  texted,
  untilDecided,
  untilNotes,
  untilTexted,
} from '../support/stories.ts'
import { MARIA, SUPPORT, worlds } from '../support/world.ts'

const start = worlds()
const startBot = bots()

const yaml = ({ url }: Bot, more = '', timeoutSeconds = 10) =>
  `responder: { url: "${url}", secret: "${BOT_SECRET}", timeoutSeconds: ${timeoutSeconds} }\n${more}`

/** A world with a bot that answers like this. */
async function withBot(answer: Bot['answer'], more?: string, timeoutSeconds?: number) {
  const bot = await startBot()
  bot.answer = answer
  return { bot, world: await start({ yaml: yaml(bot, more, timeoutSeconds) }) }
}

const GREETING = 'autoReplies: { firstMessage: "People will answer." }'
const says = (reply: string) => (): BotAnswer => ({ body: { reply } })

test('your own bot answers Maria over a signed webhook, and Sam sees it', async () => {
  const { bot, world } = await withBot(says('It ships today.'), GREETING)
  const opened = await conversation(world, 'Where is it?')
  await untilTexted(world, 'It ships today.')
  expect((await untilNotes(world, opened))[0]).toContain('<b>Answered automatically:</b> “It ships today.”')
  expect(bot.asked).toMatchObject([
    {
      signed: true,
      id: expect.stringMatching(/^msg_SM\w+$/),
      body: {
        id: bot.asked[0]?.id,
        type: 'message.received',
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        data: {
          message: { direction: 'inbound', body: 'Where is it?', customer: MARIA, number: SUPPORT },
          thread: { customer: MARIA, number: SUPPORT },
          history: [],
        },
      },
    },
  ])
})

test('it is told who asks and what was said before', async () => {
  const { bot, world } = await withBot(({ body }) => says(`You said ${Object(body.data.message).body}`)())
  world.intercom.addContact({ name: 'Maria Lopez', phone: MARIA })
  await conversation(world, 'one')
  await untilTexted(world, 'You said one')
  await maria(world, 'two')
  const second = await bot.until(() => bot.asked[1])
  expect(second.body.data).toMatchObject({
    contact: { id: world.intercom.contacts[0]?.id, name: 'Maria Lopez', phone: MARIA },
    history: [{ body: 'one' }, { body: 'You said one', direction: 'outbound' }],
  })
})

test('what it answers is no template', async () => {
  const { world } = await withBot(says('{{ contact.name }} {% include "x" %}'))
  await conversation(world)
  await untilTexted(world, '{{ contact.name }} {% include "x" %}')
})

test('when it has nothing to say, people answer, and Maria is told so', async () => {
  const { bot, world } = await withBot(() => ({ status: 204 }), GREETING)
  const opened = await conversation(world, 'one')
  await untilTexted(world, 'People will answer.')
  await andThen(world, opened, ['one', 'two'])
  await bot.until(() => bot.asked.length === 2)
})

test('where what is said in its place names Maria, her contact is found first', async () => {
  const { world } = await withBot(
    () => ({ status: 204 }),
    'autoReplies: { firstMessage: "Hi {{ contact.first_name }}!" }',
  )
  world.intercom.addContact({ name: 'Maria Lopez', phone: MARIA })
  world.intercom.faults.add({ path: /contacts\/search/, act: false, times: 2, answer: { status: 503 } })
  await conversation(world, 'one')
  await untilTexted(world, 'Hi Maria!')
})

test('when it hands over, it is not asked any more until the conversation is closed', async () => {
  const { bot, world } = await withBot(() => ({ body: { handoff: true } }), GREETING)
  const opened = await conversation(world, 'one')
  await untilTexted(world, 'People will answer.')
  await andThen(world, opened, ['one', 'two'])
  await sam(world, opened, 'Hello!')
  expect(bot.asked).toHaveLength(1)
  world.intercom.agent.close(opened.id)
  await untilDecided(world)
  await maria(world, 'three')
  await bot.until(() => bot.asked.length === 2)
})

test('once Sam has answered, the bot leaves the conversation to him', async () => {
  const { bot, world } = await withBot(() => ({ status: 204 }))
  const opened = await conversation(world, 'one')
  await bot.until(() => bot.asked.length === 1)
  await sam(world, opened, 'Hello!')
  await andThen(world, opened, ['one', 'two'])
  await sam(world, opened, 'Two?')
  expect(bot.asked).toHaveLength(1)
})

test.each<[string, BotAnswer]>([
  ['an answer', { body: { reply: 'Beep.' } }],
  ['a failure', { status: 500 }],
])('%s of the bot that comes after Sam’s answer is nothing to Maria', async (_, late) => {
  let answer: (answer: BotAnswer) => void = () => {}
  const { bot, world } = await withBot(() => new Promise((resolve) => (answer = resolve)), GREETING)
  const opened = await conversation(world)
  await bot.until(() => bot.asked.length === 1)
  await sam(world, opened, 'Hello!')
  answer(late)
  bot.answer = () => ({ status: 204 })
  world.intercom.agent.close(opened.id)
  await untilDecided(world)
  await maria(world, 'Bye')
  await bot.until(() => bot.asked.length === 2)
  expect(texted(world)).toEqual(['Hello!'])
})

test.each<[string, BotAnswer]>([
  ['fails', { status: 500, body: { reply: 'No' } }],
  ['answers something else', { body: ['reply'] }],
  ['answers with words that are none', { body: { reply: 7 } }],
  ['redirects', { status: 302, location: '/elsewhere' }],
])('a bot that %s counts as having nothing to say: one line in the log, no note', async (_, answer) => {
  const { bot, world } = await withBot(() => answer, GREETING)
  const opened = await conversation(world)
  await untilTexted(world, 'People will answer.')
  await untilNotes(world, opened)
  expect(bot.asked).toHaveLength(1)
  expect(await untilNotes(world, opened)).toEqual([expect.stringContaining('People will answer.')])
  expect(world.log.filter((line) => line.includes('gave no answer that could be used'))).toHaveLength(1)
})

test('a bot that hangs holds nothing up: the text is in the inbox at once, and after its time people answer', async () => {
  const { bot, world } = await withBot(() => 'hang', GREETING, 0.5)
  const opened = await conversation(world, 'one')
  await bot.until(() => bot.asked.length === 1)
  await andThen(world, opened, ['one', 'two'])
  await untilTexted(world, 'People will answer.')
})

test('a bot that nobody runs, or that fails again and again, is told of once, and again when it had come back', async () => {
  const { bot, world } = await withBot(() => ({ status: 503 }))
  const opened = await conversation(world, 'text 0')
  for (let n = 1; n < 5; n++) {
    await bot.until(() => bot.asked.length === n)
    await maria(world, `text ${n}`)
  }
  await bot.until(() => bot.asked.length === 5)
  bot.answer = says('Back again.')
  await maria(world, 'text 5')
  await untilTexted(world, 'Back again.')
  await untilNotes(world, opened, 2)
  const told = () => notesOf(opened).filter((note) => note.includes('has failed to answer')).length
  expect(told()).toBe(1)

  bot.answer = () => ({ status: 503 })
  for (let n = 6; n < 9; n++) {
    await maria(world, `text ${n}`)
    await bot.until(() => bot.asked.length === n + 1)
  }
  await world.intercom.until(() => told() === 2)
})

test('ten questions that hang leave room for everybody else', async () => {
  const { holdUntil, release } = hold()
  const { bot, world } = await withBot(() => holdUntil.then(() => ({ status: 204 })), '', 10)
  const others = Array.from({ length: 45 }, (_, n) => `+120255501${String(n + 30).padStart(2, '0')}`)
  await Promise.all(others.map((from) => maria(world, 'Hello?', { from })))
  await world.intercom.until(() => world.intercom.conversations.length === 45)
  await bot.until(() => bot.asked.length >= 10)
  expect(bot.mostAtOnce).toBe(10)
  release()
})

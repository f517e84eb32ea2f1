import { describe, expect, test } from '@jest/globals'
import {
  andThen,
  conversation,
  maria,
  NOT_LOOKING_BACK,
  notesOf,
  sam,
  texted,
  untilDecided,
  untilNotes,
  untilTexted,
  untilWords,
} from '../support/stories.ts'
import { MARIA, SUPPORT, type World, worlds } from '../support/world.ts'

const start = worlds()

const HOUR = 3_600_000
const CLOSED = 'hours: { timezone: UTC, week: {} }'

const tagsOf = ({ tags }: { tags: { name: string }[] }) => tags.map(({ name }) => name)

describe('the first text', () => {
  const greeting = 'autoReplies: { firstMessage: "Hi {{ contact.first_name | default: \'there\' }}, we are on it." }'

  test('of a new conversation is answered, and Sam sees what Maria was told', async () => {
    const world = await start({ yaml: greeting })
    const opened = await conversation(world)
    await untilTexted(world, 'Hi there, we are on it.')
    const [note] = await untilNotes(world, opened)
    expect(note).toMatch(/<b>Answered automatically:<\/b> “Hi there, we are on it.”/)
    expect(world.twilio.sent[0]).toMatchObject({ from: SUPPORT, to: MARIA })
  })

  test('is answered by name where Intercom knows her', async () => {
    const world = await start({ yaml: greeting })
    world.intercom.addContact({ name: 'Maria Lopez', phone: MARIA })
    await conversation(world)
    await untilTexted(world, 'Hi Maria, we are on it.')
  })

  test('is answered while Intercom is down, without her name', async () => {
    const world = await start({ yaml: `${greeting}\n${NOT_LOOKING_BACK}` })
    world.intercom.down = true
    await maria(world, 'Hello?')
    await untilDecided(world)
    world.pass(10_000)
    await untilTexted(world, 'Hi there, we are on it.')
    world.intercom.down = false
    const opened = await world.intercom.until(() => world.intercom.conversations[0])
    await untilNotes(world, opened)
  })

  test('is the only one answered: what follows, and a new conversation within the cool-down, are not', async () => {
    const world = await start({ yaml: greeting })
    const first = await conversation(world)
    await untilTexted(world, 'Hi there, we are on it.')
    await andThen(world, first, ['Hello?', 'Anybody?'])
    world.intercom.agent.delete(first.id)
    await untilDecided(world)
    await maria(world, 'Hello again')
    const second = await world.intercom.until(() => world.intercom.conversations.find(({ id }) => id !== first.id))
    await andThen(world, second, ['Hello again', 'Still here'])
    expect(texted(world)).toEqual(['Hi there, we are on it.'])
  })
})

test('where nothing cools down, still only the first text of a conversation is greeted', async () => {
  const world = await start({ yaml: 'autoReplies: { firstMessage: "Welcome!", cooldownHours: 0 }' })
  const opened = await conversation(world)
  await andThen(world, opened, ['Hello?', 'Anybody?'])
  await sam(world, opened, 'Me.')
  expect(texted(world)).toEqual(['Welcome!', 'Me.'])
})

describe('out of hours', () => {
  const away = `${CLOSED}\nautoReplies: { firstMessage: "Welcome!", outOfHours: "We are closed.", cooldownHours: 2 }`

  test('Maria is told so, whichever text it is, and at most once in the cool-down', async () => {
    const world = await start({ yaml: away })
    const opened = await conversation(world)
    await untilTexted(world, 'We are closed.')
    await andThen(world, opened, ['Hello?', 'Anybody?'])
    expect(texted(world)).toEqual(['We are closed.'])
    world.pass(2 * HOUR + 1000)
    await maria(world, 'Still closed?')
    await untilTexted(world, 'We are closed.', 'We are closed.')
  })

  test('within hours she is not', async () => {
    const always = '{ mon: ["00:00-24:00"], tue: ["00:00-24:00"], wed: ["00:00-24:00"], thu: ["00:00-24:00"]'
    const week = `${always}, fri: ["00:00-24:00"], sat: ["00:00-24:00"], sun: ["00:00-24:00"] }`
    const hours = `hours: { timezone: UTC, week: ${week} }`
    const world = await start({ yaml: `${hours}\nautoReplies: { outOfHours: "We are closed." }` })
    const opened = await conversation(world)
    await sam(world, opened, 'Hello!')
    expect(texted(world)).toEqual(['Hello!'])
  })
})

describe('a keyword', () => {
  const yaml = `keywords:
  - { words: [HOURS], reply: "Nine to five. Text us at {{ number }}.", tag: asked-for-hours, stopProcessing: true }
  - { words: [price], match: contains, reply: "From $ 5.", tag: price }
  - { words: [vip], tag: very-important }`

  test('that is in a text is answered; the text goes to the inbox, and its conversation is tagged', async () => {
    const world = await start({ yaml })
    const opened = await conversation(world, 'What is the PRICE?')
    await untilTexted(world, 'From $ 5.')
    await world.intercom.until(() => tagsOf(opened).includes('price'))
    expect((await untilNotes(world, opened))[0]).toContain('“From $ 5.”')
  })

  test('with stopProcessing is answered and not put into the inbox', async () => {
    const world = await start({ yaml })
    await maria(world, '“Hours?”')
    await untilTexted(world, `Nine to five. Text us at ${SUPPORT}.`)
    const opened = await conversation(world, 'Something else')
    expect(world.intercom.conversations).toEqual([opened])
  })

  test('with stopProcessing is shown, with its answer, in the conversation that is open', async () => {
    const world = await start({ yaml })
    const opened = await conversation(world)
    await maria(world, 'hours')
    const notes = await untilNotes(world, opened, 2)
    expect(notes.join()).toMatch(/texted “hours”.*Answered automatically:.*Nine to five/)
    await world.intercom.until(() => tagsOf(opened).includes('asked-for-hours'))
    await andThen(world, opened, ['Hello?', 'and more'])
  })

  test('that must be the whole text is not found in the middle of one', async () => {
    const world = await start({ yaml })
    const opened = await conversation(world, 'Hours. And is Bob there?')
    await sam(world, opened, 'He is.')
    expect(texted(world)).toEqual(['He is.'])
  })

  test('without a reply only tags', async () => {
    const world = await start({ yaml })
    const opened = await conversation(world, 'VIP')
    await world.intercom.until(() => tagsOf(opened).includes('very-important'))
    expect(texted(world)).toEqual([])
  })

  test('with a photo goes to the inbox, although its words are dealt with', async () => {
    const world = await start({ yaml })
    const media = [{ contentType: 'image/png', data: Buffer.from('a photo') }]
    const opened = await conversation(world, 'hours', { media })
    await untilTexted(world, `Nine to five. Text us at ${SUPPORT}.`)
    await untilWords(world, opened, ['hours', '[1 picture]'])
  })

  test('in a text that sounds like "stop texting me" is left to people', async () => {
    const world = await start({ yaml })
    const opened = await conversation(world, 'stop texting me your price list')
    expect((await untilNotes(world, opened))[0]).toContain('/optout')
    await sam(world, opened, 'Sorry!')
    expect(texted(world)).toEqual(['Sorry!'])
  })
})

describe('nothing is answered by itself', () => {
  const yaml = 'autoReplies: { firstMessage: "Welcome!", outOfHours: "Closed." }'

  test.each([
    ['a short code', '73529'],
    ['a sender with a name', 'PARCELCO'],
    ['a number of our own', '+12025550198'],
  ])('to %s', async (_, from) => {
    const numbers = [SUPPORT, '+12025550198']
    const own = {
      twilio: { numbers },
      config: ({ twilio }: World['config']) => ({ twilio: { ...twilio, phoneNumbers: numbers } }),
    }
    const world = await start({ yaml, ...own })
    const opened = await conversation(world, 'Your code is 123', { from })
    await conversation(world, 'Hello?')
    await untilTexted(world, 'Welcome!')
    expect(notesOf(opened)).toEqual([])
  })

  test('to somebody who has opted out', async () => {
    const world = await start({ yaml })
    await maria(world, 'STOP')
    const opened = await conversation(world, 'Where is it?')
    await andThen(world, opened, ['Where is it?', 'Hello?'])
    expect([texted(world), notesOf(opened)]).toEqual([[], []])
  })

  test('to a text that came hours late', async () => {
    const world = await start({ yaml })
    await world.bridge.stop()
    const { sid } = await maria(world, 'Hello?', { webhook: false })
    world.pass(3 * HOUR)
    await world.restart()
    const opened = await world.intercom.until(() => world.intercom.conversations[0])
    expect((await untilNotes(world, opened))[0]).toContain('arrived late')
    await sam(world, opened, 'Sorry for the wait.')
    expect([sid, texted(world)]).toEqual([sid, ['Sorry for the wait.']])
  })
})

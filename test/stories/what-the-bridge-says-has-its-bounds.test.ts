import { describe, expect, test } from '@jest/globals'
import {
  andThen,
  conversation,
  maria,
  notesOf,
  sam,
  statusOf,
  texted,
  untilNotes,
  untilStatus,
  untilTexted,
  untilWords,
} from '../support/stories.ts'
import { MARIA, SUPPORT, worlds } from '../support/world.ts'

const start = worlds()

const HOUR = 3_600_000
const CLOSED = 'hours: { timezone: UTC, week: {} }'

/** Time of day on the wall there, so many hours from now. */
const wall = (timeZone: string, hours: number) =>
  new Date(Date.now() + hours * HOUR).toLocaleTimeString('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' })

/** It is quiet there, for some two hours more; by default in Washington, where Maria's number is from. */
const quietNow = (zone = 'America/New_York', by = 'customer') =>
  `quietHours: { from: "${wall(zone, -1)}", to: "${wall(zone, 2)}", timezone: ${by} }`

describe('another machine', () => {
  test('that answers every answer is answered a few times, and Sam is told why that ended', async () => {
    const world = await start({
      yaml: 'keywords: [{ words: [received], match: contains, reply: "Thank you for it." }]',
    })
    const opened = await conversation(world, 'Received 0')
    for (let n = 1; n <= 8; n++) {
      await world.twilio.until(() => world.twilio.sent.length >= Math.min(n, 5))
      await maria(world, `Received ${n}`)
    }
    await untilWords(
      world,
      opened,
      Array.from({ length: 9 }, (_, n) => `Received ${n}`),
    )
    const stopped = await world.intercom.until(() => notesOf(opened).filter((note) => note.includes('have stopped'))[0])
    expect(stopped).toContain('a machine')
    expect(texted(world)).toHaveLength(5)
    expect(notesOf(opened).filter((note) => note.includes('have stopped'))).toHaveLength(1)
  })

  test('that says the same again and again is not answered a fourth time', async () => {
    const world = await start({ yaml: 'keywords: [{ words: [away], match: contains, reply: "When are you back?" }]' })
    const opened = await conversation(world, 'I am away')
    for (let n = 1; n < 4; n++) {
      await world.twilio.until(() => world.twilio.sent.length === n)
      world.pass(2 * 60_000)
      await maria(world, 'I am away')
    }
    await world.intercom.until(() => notesOf(opened).some((note) => note.includes('have stopped')))
    expect(texted(world)).toHaveLength(3)
  })

  test('that sends more than is allowed in a minute is recorded and posted, and not answered', async () => {
    const yaml = `limits: { twilioPerSecond: 1000, inboundPerCustomerPerMinute: 2 }
keywords: [{ words: [HOURS], reply: "Nine to five." }]`
    const world = await start({ yaml })
    const opened = await conversation(world, 'one')
    await andThen(world, opened, ['one', 'two'])
    await andThen(world, opened, ['one', 'two', 'HOURS'])
    world.pass(61_000)
    await maria(world, 'HOURS')
    await untilTexted(world, 'Nine to five.')
  })
})

describe('in quiet hours', () => {
  const away = () => `${CLOSED}\nautoReplies: { outOfHours: "We are closed." }\n${quietNow()}`

  test('an automatic text waits until they are over where the customer is', async () => {
    const world = await start({ yaml: away() })
    const opened = await conversation(world)
    await untilStatus(world, 'We are closed.', 'scheduled')
    world.pass(2.1 * HOUR)
    await world.restart()
    await untilTexted(world, 'We are closed.')
    expect(await untilNotes(world, opened)).toHaveLength(1)
  })

  test('it is canceled when Sam has answered by then', async () => {
    const world = await start({ yaml: away() })
    const opened = await conversation(world)
    await untilStatus(world, 'We are closed.', 'scheduled')
    await sam(world, opened, 'I am still here.')
    world.pass(2.1 * HOUR)
    await untilStatus(world, 'We are closed.', 'canceled')
    expect(texted(world)).toEqual(['I am still here.'])
  })

  test('it is canceled, and nobody is bothered, when Maria has opted out by then', async () => {
    const world = await start({ yaml: away() })
    const opened = await conversation(world)
    await untilStatus(world, 'We are closed.', 'scheduled')
    await maria(world, 'STOP')
    await untilNotes(world, opened)
    world.pass(2.1 * HOUR)
    await untilStatus(world, 'We are closed.', 'canceled')
    expect([texted(world), notesOf(opened).length]).toEqual([[], 1])
  })

  test.each(['customer', 'business'])('by the clock of the %s, a welcome waits as well', async (by) => {
    const zone = { customer: 'America/New_York', business: 'Asia/Tokyo' }[by]
    const world = await start({
      yaml: `welcome: "Hi!"\nhours: { timezone: Asia/Tokyo, week: {} }\n${quietNow(zone, by)}`,
    })
    world.intercom.addContact({ phone: MARIA })
    await untilStatus(world, 'Hi!', 'scheduled')
    world.pass(2.1 * HOUR)
    await world.restart()
    await untilTexted(world, 'Hi!')
  })

  test('what Sam writes is texted at once', async () => {
    const world = await start({ yaml: quietNow() })
    await sam(world, await conversation(world), 'Good evening.')
    expect(statusOf(world, 'Good evening.')).not.toBe('scheduled')
  })
})

test('an answer leaves from the number Maria texted, also where there is a Messaging Service alone', async () => {
  const messagingServiceSid = `MG${'0'.repeat(32)}`
  const world = await start({
    yaml: 'autoReplies: { firstMessage: "Welcome!" }',
    twilio: { messagingServiceSid },
    config: ({ twilio }) => ({ twilio: { ...twilio, phoneNumbers: [], messagingServiceSid } }),
  })
  await conversation(world)
  await untilTexted(world, 'Welcome!')
  expect(world.twilio.sent[0]?.from).toBe(SUPPORT)
})

describe('texts to other countries than those allowed', () => {
  test('are blocked with a note, and nothing is said by itself', async () => {
    const yaml = `limits: { twilioPerSecond: 1000, allowedCountries: [US] }\nautoReplies: { firstMessage: "Welcome!" }`
    const world = await start({ yaml })
    const opened = await conversation(world, 'Hello?', { from: '+442079460123' })
    world.intercom.agent.reply(opened.id, 'Good morning')
    const [note] = await untilNotes(world, opened)
    expect(note).toContain('(GB) are not allowed')
    await untilStatus(world, 'Good morning', 'blocked')
    expect(statusOf(world, 'Welcome!')).toBeUndefined()
    await conversation(world, 'Hello?')
    await untilTexted(world, 'Welcome!')
    expect(await untilNotes(world, opened, 1)).toHaveLength(1)
  })
})

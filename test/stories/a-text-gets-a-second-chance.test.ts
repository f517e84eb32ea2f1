import { expect, test } from '@jest/globals'
import { api, CONSOLE_TOKEN } from '../support/api.ts'
import { conversation, maria, notesOf, sam, texted, untilNotes, untilSo, untilStatus } from '../support/stories.ts'
import { MARIA, type World, worlds } from '../support/world.ts'

const begin = worlds()
const start = (yaml = 'timing: { retryBaseSeconds: 1, settleSeconds: 1.2, requestTimeoutSeconds: 2 }') =>
  begin({ yaml, config: () => ({ consoleToken: CONSOLE_TOKEN }) })

const MINUTE = 60_000
const WORDS = 'It ships today.'

/** Sam's reply has failed on its way, for this reason. Resolves with the conversation. */
async function failed(world: World, code: number) {
  const opened = await conversation(world)
  world.twilio.failNext({ to: MARIA, at: 'callback', code })
  world.intercom.agent.reply(opened.id, WORDS)
  await untilStatus(world, WORDS, 'undelivered')
  return opened
}

/** The only message with Sam's words, as the API shows it. */
async function message(world: World) {
  const { body } = await api(world, 'GET', '/api/v1/messages?direction=outbound')
  const [found] = (body.data as { id: string; body: string }[]).filter((one) => one.body === WORDS)
  return (await api(world, 'GET', `/api/v1/messages/${found?.id}`)).body
}

test.each([30001, 30003, 30008, 30017, 30410])(
  'a text that failed with %i, which passes, is sent once more ten minutes later, and nobody is bothered',
  async (code) => {
    const world = await start()
    const opened = await failed(world, code)
    expect(await message(world)).toMatchObject({
      status: 'undelivered',
      error: { code, message: expect.stringContaining('sent once more') },
    })
    world.pass(9 * MINUTE)
    await sam(world, await conversation(world, 'Hello', { from: '+12025550145' }), 'Good')
    expect(texted(world)).toEqual([WORDS, 'Good'])
    world.pass(2 * MINUTE)
    await untilStatus(world, WORDS, 'delivered')
    const { twilioSid, error, attempts } = await message(world)
    const sendings = (attempts as { step: string }[]).filter(({ step }) => step === 'send text')
    expect([twilioSid, error, sendings.length]).toEqual([world.twilio.sent[2]?.sid, null, 2])
    expect(notesOf(opened)).toEqual([])
  },
)

test('when the second attempt fails as well, there is one note, and no third', async () => {
  const world = await start()
  const opened = await failed(world, 30003)
  world.twilio.failNext({ to: MARIA, at: 'callback', code: 30003 })
  world.pass(11 * MINUTE)
  expect(await untilNotes(world, opened)).toEqual([
    expect.stringMatching(/phone could not be reached; it may be off.*It was sent twice\. Try again later/),
  ])
  world.pass(11 * MINUTE)
  await sam(world, opened, 'Bye')
  expect([texted(world), notesOf(opened).length]).toEqual([[WORDS, WORDS, 'Bye'], 1])
})

test('when Sam has texted something newer, the failure is told and the old text is not sent again', async () => {
  const world = await start()
  const opened = await failed(world, 30003)
  await sam(world, opened, 'Are you there?')
  world.pass(11 * MINUTE)
  expect(await untilNotes(world, opened)).toEqual([expect.stringContaining('did not reach the customer')])
  await sam(world, opened, 'Bye')
  expect(texted(world)).toEqual([WORDS, 'Are you there?', 'Bye'])
})

test('when something newer is on its way already, the failure is told at once', async () => {
  const world = await start()
  const opened = await conversation(world)
  world.twilio.callbacks = 'held'
  world.twilio.failNext({ to: MARIA, at: 'callback', code: 30003 })
  await sam(world, opened, WORDS)
  await sam(world, opened, 'Are you there?')
  await world.twilio.until(() => world.twilio.heldCallbacks.length === 4)
  await world.twilio.releaseCallbacks()
  expect(await untilNotes(world, opened)).toHaveLength(1)
})

test('Maria opts out in between, and nothing is sent: the note says why', async () => {
  const world = await start()
  const opened = await failed(world, 30003)
  await maria(world, 'STOP')
  await untilNotes(world, opened)
  world.pass(11 * MINUTE)
  await untilStatus(world, WORDS, 'blocked')
  const notes = await untilNotes(world, opened, 2)
  expect([texted(world), notes[1]]).toEqual([[WORDS], expect.stringContaining('the customer has opted out')])
})

test.each([
  ['arrives', null, 0],
  ['fails as well', 30006, 1],
])(
  'a text that a person sends again by hand, and that %s, is not doubled by the second chance',
  async (_, code, notes) => {
    const world = await start()
    const opened = await failed(world, 30003)
    const { id } = await message(world)
    if (code) world.twilio.failNext({ to: MARIA, at: 'callback', code })
    await api(world, 'POST', `/api/v1/messages/${id}/resend`)
    await world.twilio.until(() => world.twilio.statusCallbacks.length === 4)
    await untilStatus(world, WORDS, code ? 'undelivered' : 'delivered')
    world.pass(11 * MINUTE)
    const waiting = async () => (await api(world, 'GET', '/api/v1/jobs?state=ready')).body.data as { kind: string }[]
    await untilSo(async () => (await waiting()).every(({ kind }) => kind !== 'sms.retry'))
    await sam(world, opened, 'Bye')
    expect(await untilNotes(world, opened, notes)).toHaveLength(notes)
    expect(texted(world)).toEqual([WORDS, WORDS, 'Bye'])
  },
)

test('the bridge is stopped in between, and the second chance comes all the same', async () => {
  const world = await start()
  await failed(world, 30003)
  await world.restart(async () => world.pass(11 * MINUTE))
  await untilStatus(world, WORDS, 'delivered')
  expect(texted(world)).toEqual([WORDS, WORDS])
})

test('a sender whose queue stays full is told once, in words that are true by then', async () => {
  const world = await start('timing: { retryBaseSeconds: 0.02, maxAttempts: 3 }')
  const opened = await conversation(world)
  for (let attempt = 0; attempt < 3; attempt++) world.twilio.failNext({ to: MARIA, at: 'create', code: 21611 })
  world.intercom.agent.reply(opened.id, WORDS)
  const [note = ''] = await untilNotes(world, opened)
  expect(note).toMatch(/Too many texts are waiting to leave from this number.*Send it again later/)
  expect(note).not.toContain('tries again by itself')
  await sam(world, opened, 'Bye')
  expect([texted(world), notesOf(opened).length]).toEqual([['Bye'], 1])
})

test('a sender whose queue is full for a moment is nobody’s concern', async () => {
  const world = await start('timing: { retryBaseSeconds: 0.02 }')
  const opened = await conversation(world)
  world.twilio.failNext({ to: MARIA, at: 'create', code: 21611 })
  await sam(world, opened, WORDS)
  await sam(world, opened, 'Bye')
  expect([texted(world), notesOf(opened)]).toEqual([[WORDS, 'Bye'], []])
})

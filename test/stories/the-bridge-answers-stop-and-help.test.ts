import { expect, test } from '@jest/globals'
import { api, CONSOLE_TOKEN } from '../support/api.ts'
import { conversation, maria, notesOf, texted, untilDecided, untilTexted } from '../support/stories.ts'
import { SUPPORT, worlds } from '../support/world.ts'

const begin = worlds()

/** `optOut.repliesBy: bridge` is for accounts in which Twilio does not answer. */
const ANSWERS = 'optOut: { repliesBy: bridge, stopReply: You are out., startReply: You are in., helpReply: Call us. }'
const SALES = '+12025550198'
const OURS = [SUPPORT, SALES]

const start = () =>
  begin({
    yaml: ANSWERS,
    twilio: { numbers: OURS, optOutHandling: false },
    config: ({ twilio }) => ({ consoleToken: CONSOLE_TOKEN, twilio: { ...twilio, phoneNumbers: OURS } }),
  })

test('STOP, HELP and START are answered, also after the opt-out', async () => {
  const world = await start()
  await maria(world, 'revoke')
  await untilTexted(world, 'You are out.')
  await maria(world, 'HELP')
  await untilTexted(world, 'You are out.', 'Call us.')
  await maria(world, 'START')
  await untilTexted(world, 'You are out.', 'Call us.', 'You are in.')
  expect(world.intercom.conversations).toHaveLength(0)
})

test('a second STOP is not answered', async () => {
  const world = await start()
  await maria(world, 'STOP')
  await untilTexted(world, 'You are out.')
  await maria(world, 'STOP')
  await maria(world, 'HELP')
  await untilTexted(world, 'You are out.', 'Call us.')
})

test.each(['32665', SALES])('%s is no person: its keywords are obeyed and not answered', async (from) => {
  const world = await start()
  await maria(world, 'STOP', { from })
  await maria(world, 'HELP', { from })
  await untilDecided(world)
  const { body } = await api(world, 'GET', '/api/v1/opt-outs')
  expect(body.data).toMatchObject([{ phone: from, from: SUPPORT }])
  expect((await api(world, 'GET', '/api/v1/messages?direction=outbound')).body.data).toEqual([])
})

test('a machine that asks for help again and again is answered a few times, and Sam is told why that ended', async () => {
  const world = await start()
  const opened = await conversation(world)
  for (let n = 1; n <= 4; n++) {
    await maria(world, 'HELP')
    await world.twilio.until(() => texted(world).length >= Math.min(n, 3))
  }
  await world.intercom.until(() => notesOf(opened).some((note) => note.includes('have stopped')))
  expect(texted(world)).toEqual(['Call us.', 'Call us.', 'Call us.'])
})

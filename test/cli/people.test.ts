import { readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from '@jest/globals'
import { CONSOLE_TOKEN } from '../support/api.ts'
import { filesOf, list, talked, untilIdle, untilOptOuts } from '../support/privacy.ts'
import { conversation, maria, texted, untilTexted } from '../support/stories.ts'
import { MARIA, type World, worlds } from '../support/world.ts'
import { beside } from './command.ts'

const begin = worlds()
const start = () => begin({ config: () => ({ consoleToken: CONSOLE_TOKEN }), yaml: 'reconcile: { onStart: false }' })
const fileOf = ({ config }: World, name: string) => join(dirname(config.databaseUrl.replace('sqlite:', '')), name)

test('a customer is exported to a file that only its owner can read, and then erased', async () => {
  const world = await start()
  await talked(world)
  const file = fileOf(world, 'maria.json')
  const out = await beside(world, 'export', '(202) 555-0123', file)
  expect([out.code, out.out]).toEqual([0, `${file} holds everything about ${MARIA}.\n`])
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ phone: MARIA, messages: [{}, {}] })
  expect(statSync(file).mode & 0o777).toBe(0o600)

  const erased = await beside(world, 'erase', MARIA, '--json')
  expect([erased.code, erased.err]).toEqual([0, ''])
  expect(JSON.parse(erased.out)).toMatchObject({ erased: { messages: 2 }, pending: 0 })
  expect(filesOf(world)).not.toContain(MARIA)
  expect(await list(world, 'messages')).toEqual([])
})

test('the running bridge redacts at Twilio what was erased at the command line', async () => {
  const world = await start()
  await talked(world)
  const { out } = await beside(world, 'erase', MARIA, '--twilio')
  expect(out).toContain('messages 2')
  await world.twilio.until(() => world.twilio.messages.every(({ body }) => body === ''))
})

test.each([
  ['+12025550177', 'Nothing is held about this number.\n'],
  ['hello', 'This is not a number that can be texted.\n'],
])('of %s nothing can be exported or erased, and the exit code says so', async (phone, words) => {
  const world = await start()
  for (const verb of ['export', 'erase']) {
    const { code, out, err } = await beside(world, verb, phone)
    expect([code, out, err]).toEqual([1, '', words])
  }
})

test('somebody who has opted out and is erased is not in the exported list, and the list says so', async () => {
  const world = await start()
  await conversation(world)
  await maria(world, 'STOP')
  await untilOptOuts(world, 1)
  await untilIdle(world)
  await beside(world, 'erase', MARIA)
  const file = fileOf(world, 'list.csv')
  const words = `${file} holds 0 opt-outs. Not in it: 1 of people who are erased, which count here only.\n`
  expect((await beside(world, 'opt-outs', 'export', file)).out).toBe(words)
  expect((await beside(world, 'opt-outs', 'import', file, '--json')).code).toBe(0)
})

test('a customer is texted from the command line, once for each key', async () => {
  const world = await start()
  const first = await beside(world, 'send', '(202) 555-0123', 'Your', 'order', 'is ready', '--key', 'order-1')
  expect([first.code, first.out]).toEqual([0, 'It is on its way: message 1, queued.\n'])
  await untilTexted(world, 'Your order is ready')
  const again = await beside(world, 'send', MARIA, 'Your order is ready', '--key', 'order-1', '--json')
  expect(JSON.parse(again.out)).toMatchObject({ id: '1', customer: MARIA })
  expect(texted(world)).toEqual(['Your order is ready'])
  const later = await beside(world, 'send', MARIA, 'Bye', '--at', '2099-01-01T08:00:00Z')
  expect(later.out).toBe('It waits for its time: message 2, scheduled.\n')
})

test.each([
  [['send', MARIA], 'A text needs words or a file.'],
  [['send', 'hello', 'Hi'], 'This is not a number that can be texted.'],
  [['send', MARIA, 'Hi', '--at', 'soon'], '--at needs a time such as 2026-11-24T08:00:00Z.'],
  [['send', MARIA, 'Hi', '--from', '+12025550111'], 'This sender is none of TWILIO_PHONE_NUMBERS.'],
])('%j is refused', async (args, words) => {
  const world = await start()
  const { code, out, err } = await beside(world, ...args)
  expect([code, out, err]).toEqual([1, '', `${words}\n`])
})

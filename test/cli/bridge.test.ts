import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { openDatabase } from '../../src/store/database.ts'
import { deadEffect, deadFacts, messages } from '../console/seed.ts'
import { withFolder } from '../store/temporary.ts'
import { conversation, maria, sam, texted, untilTexted, untilWords } from '../support/stories.ts'
import { MARIA, SUPPORT, worlds } from '../support/world.ts'
import { beside, command } from './command.ts'

const start = worlds()
const quiet = { yaml: 'reconcile: { onStart: false }' }
const OPEN_YESTERDAY = Date.parse('2026-11-23T12:00:00Z')

test('without a configuration every fault is named, and the exit code says so', () =>
  withFolder(async (cwd) => {
    const { code, out, err } = await command(['messages'], { cwd })
    expect([code, out]).toEqual([2, ''])
    for (const name of ['PUBLIC_URL', 'TWILIO_ACCOUNT_SID', 'INTERCOM_ACCESS_TOKEN']) expect(err).toContain(name)
  }))

test.concurrent.each([
  [['retry', '--help'], 0, 'without it, all of them'],
  [[], 1, 'Usage: bridge'],
  [['mesages'], 1, 'Did you mean messages?'],
  [['resend'], 1, 'missing required argument'],
])('%j is answered with help', (args, code, words) =>
  withFolder(async (cwd) => {
    const said = await command(args, { cwd })
    expect([said.code, said.out + said.err]).toEqual([code, expect.stringContaining(words)])
  }),
)

test('messages are listed for people and for programs', async () => {
  const world = await start(quiet)
  await messages(world, [
    { at: OPEN_YESTERDAY, direction: 'inbound', status: 'posted' },
    { at: OPEN_YESTERDAY + 1, status: 'failed', error: { code: '30006', message: 'It is a landline.' } },
  ])
  const [people, programs] = await Promise.all([
    beside(world, 'messages'),
    beside(world, 'messages', '--json', '--status', 'posted', '--phone', '(202) 555-0123'),
  ])
  expect(people.out.split('\n')).toEqual([
    `     2  2026-11-23T12:00:00.001Z  ${MARIA} ← ${SUPPORT}  failed  It is a landline.`,
    `     1  2026-11-23T12:00:00.000Z  ${MARIA} → ${SUPPORT}  posted`,
    '',
  ])
  expect(JSON.parse(programs.out)).toMatchObject([{ id: '1', customer: MARIA, direction: 'inbound' }])
})

test('what the API refuses to list is refused here, too', async () => {
  const world = await start(quiet)
  const asked = [
    ['--status', 'bogus'],
    ['--limit', 'x'],
    ['--limit', '201'],
  ]
  const said = await Promise.all(asked.map((options) => beside(world, 'messages', ...options)))
  expect(said.map(({ code, out }) => [code, out])).toEqual(asked.map(() => [1, '']))
  expect(said.map(({ err }) => err)).toEqual([
    expect.stringMatching(/^--status needs one of received, posted, .*, canceled\.\n$/),
    '--limit needs a whole number from 1 to 200.\n',
    '--limit needs a whole number from 1 to 200.\n',
  ])
})

test('a text is sent again, or counts as sent, and the running bridge notices by itself', async () => {
  const world = await start(quiet)
  await conversation(world)
  const [unknown, gone, delivered] = await messages(world, [
    { at: OPEN_YESTERDAY, status: 'unknown', body: 'It ships today.' },
    { at: OPEN_YESTERDAY, status: 'unknown', body: 'It shipped.' },
    { at: OPEN_YESTERDAY, status: 'delivered' },
  ])
  const [resent, marked, refused, nobody, word] = await Promise.all([
    beside(world, 'resend', unknown ?? ''),
    beside(world, 'mark-sent', gone ?? '', '--json'),
    beside(world, 'resend', delivered ?? ''),
    beside(world, 'resend', '99999'),
    beside(world, 'mark-sent', 'it'),
  ])
  expect([resent.code, resent.out, resent.err]).toEqual([0, 'It is sent again.\n', ''])
  expect(JSON.parse(marked.out)).toEqual({ id: gone })
  expect([refused.code, refused.out]).toEqual([1, ''])
  expect(refused.err).toBe('The message is delivered; this is for texts that are unknown, failed, undelivered.\n')
  expect([nobody.code, nobody.err]).toEqual([1, 'There is no such message.\n'])
  expect([word.code, word.err]).toEqual([1, 'A message has a number; "messages" lists them.\n'])
  await untilTexted(world, 'It ships today.')
})

test('what the bridge has given up on is listed and tried once more', async () => {
  const world = await start(quiet)
  for (const n of [0, 1, 2]) await deadEffect(world, OPEN_YESTERDAY + n)
  const dead = await beside(world, 'dead', '--json')
  const ids: string[] = JSON.parse(dead.out).map(({ id }: { id: string }) => id)
  expect(ids).toHaveLength(3)

  const bare = await beside(world, 'retry', ids[0]?.slice(1) ?? '')
  expect([bare.code, bare.err]).toEqual([1, `There is no dead job ${ids[0]?.slice(1)}. "dead" lists them.\n`])
  expect((await beside(world, 'retry', ids[0] ?? '')).out).toBe('Tried again: 1.\n')
  expect(JSON.parse((await beside(world, 'retry', '--json')).out)).toEqual({ retried: 2 })
})

test('all that is dead is listed, however much it is', async () => {
  const world = await start(quiet)
  await deadFacts(world, { at: OPEN_YESTERDAY, count: 450 })
  const [people, programs] = await Promise.all([beside(world, 'dead'), beside(world, 'dead', '--json')])
  expect(people.out.trimEnd().split('\n')).toHaveLength(450)
  const ids = JSON.parse(programs.out).map(({ id }: { id: string }) => id)
  expect(new Set(ids).size).toBe(450)
})

test('missed texts are found, and the running bridge puts them into the conversation', async () => {
  const world = await start(quiet)
  const opened = await conversation(world, 'one')
  await maria(world, 'two', { webhook: false })
  const { code, out } = await beside(world, 'reconcile')
  expect([code, out]).toEqual([0, 'Found: 1 texts, 0 replies, 0 statuses.\n'])
  await untilWords(world, opened, ['one', 'two'])

  const vague = await beside(world, 'reconcile', '--since', 'yesterday')
  expect([vague.code, vague.err]).toEqual([1, '--since needs a time such as 2026-11-24T08:00:00Z.\n'])
})

test('statistics are shown for people and for programs', async () => {
  const world = await start(quiet)
  await messages(world, [
    { at: OPEN_YESTERDAY, direction: 'inbound', status: 'posted', segments: 1 },
    { at: OPEN_YESTERDAY, status: 'delivered', segments: 2 },
    { at: OPEN_YESTERDAY, status: 'failed', segments: 1, error: { code: '30006', message: 'It is a landline.' } },
  ])
  const days = ['--from', '2026-11-22', '--to', '2026-11-25']
  const [people, programs, wrong] = await Promise.all([
    beside(world, 'stats', ...days),
    beside(world, '--json', 'stats', ...days),
    beside(world, 'stats', '--from', 'yesterday'),
  ])
  expect(people.out.split('\n')).toEqual([
    '2026-11-23T00:00:00.000Z  in 1  out 2  delivered 1  failed 1  segments 4',
    '',
    'In all: in 1  out 2  delivered 1  failed 1  segments 4',
    'Delivered: 50.0 % of the texts whose end is known',
    'Error 30006, 1 times: It is a landline.',
    '',
  ])
  expect(JSON.parse(programs.out)).toMatchObject({ bucket: 'day', totals: { inbound: 1, outbound: 2 } })
  expect([wrong.code, wrong.err]).toEqual([1, '--from needs a time such as 2026-11-24T08:00:00Z.\n'])
})

test('a side that does not answer is named, and the exit code says so', async () => {
  const world = await start(quiet)
  await sam(world, await conversation(world), 'Hi')
  world.twilio.down = true
  const { code, out, err } = await beside(world, 'reconcile')
  expect([code, out, err]).toEqual([1, '', expect.stringContaining('Twilio')])
  world.twilio.down = false
  expect(texted(world)).toEqual(['Hi'])
})

test('the database of a running bridge is copied, and the copy can be started from', async () => {
  const world = await start(quiet)
  await conversation(world)
  const copy = join(world.config.databaseUrl.replace('sqlite:', ''), '..', 'copy.db')
  const [{ code, out }] = [await beside(world, 'backup', copy)]
  expect([code, out]).toEqual([0, `${copy} is a complete, checked copy.\n`])
  expect((await beside(world, 'backup', copy)).err).toBe(`${copy} exists already; name a new file.\n`)
  const db = await openDatabase(`sqlite:${copy}`)
  expect(await db.selectFrom('messages').select('body').execute()).toEqual([{ body: 'Hello?' }])
  await db.destroy()
})

test('where no bridge has ever run there is nothing to look after, and nothing is made', async () => {
  const world = await start(quiet)
  await withFolder(async (folder) => {
    const elsewhere = { ...world, config: { ...world.config, databaseUrl: `sqlite:${join(folder, 'typo.db')}` } }
    const { code, err } = await beside(elsewhere, 'messages')
    expect([code, err]).toEqual([1, expect.stringMatching(/^There is no database .*typo\.db: start the bridge once/)])
    expect(existsSync(join(folder, 'typo.db'))).toBe(false)
  })
})

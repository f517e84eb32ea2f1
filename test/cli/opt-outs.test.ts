import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from '@jest/globals'
import { api, CONSOLE_TOKEN, send } from '../support/api.ts'
import { conversation, untilNotes } from '../support/stories.ts'
import { MARIA, SUPPORT, type World, worlds } from '../support/world.ts'
import { beside } from './command.ts'

const start = worlds()
const withApi = { config: () => ({ consoleToken: CONSOLE_TOKEN }), yaml: 'reconcile: { onStart: false }' }
const LUIS = '+12025550124'

const fileOf = ({ config }: World, name: string) => join(dirname(config.databaseUrl.replace('sqlite:', '')), name)

/** The command line, with a list of these lines. */
async function importing(world: World, ...lines: string[]) {
  const file = fileOf(world, 'list.csv')
  writeFileSync(file, lines.join('\r\n'))
  return beside(world, 'opt-outs', 'import', file, '--json')
}

const listed = async (world: World) => JSON.parse((await beside(world, 'opt-outs', '--json')).out)

test('opt-outs are listed for people and for programs', async () => {
  const world = await start(withApi)
  expect((await beside(world, 'opt-outs')).out).toBe('Nobody has opted out.\n')
  await api(world, 'POST', '/api/v1/opt-outs', { body: { phone: MARIA, from: SUPPORT, reason: 'by phone' } })
  const { out } = await beside(world, 'opt-outs')
  expect(out).toMatch(/^ +1 {2}\d{4}-\S+Z {2}\+12025550123 {2}from \+12025550199 {2}api {2}by phone\n$/)
  expect(await listed(world)).toMatchObject([{ phone: MARIA, from: SUPPORT, source: 'api', reason: 'by phone' }])
})

test('a list is imported: nobody in it is texted any more, and the open conversation and the contact say so', async () => {
  const world = await start(withApi)
  const opened = await conversation(world)
  const list = [
    '\ufeffphone,from,source,reason,created_at',
    `(202) 555-0123,,old system,"by letter, ""never again""",2024-03-01T10:00:00Z`,
    `${LUIS},${SUPPORT},,,2024-03-02`,
  ]
  const { code, out, err } = await importing(world, ...list)
  expect([code, JSON.parse(out), err]).toEqual([0, { added: 2, known: 0 }, ''])
  expect(await listed(world)).toMatchObject([
    {
      phone: MARIA,
      from: null,
      source: 'import',
      reason: 'by letter, "never again"',
      createdAt: '2024-03-01T10:00:00.000Z',
    },
    { phone: LUIS, from: SUPPORT, source: 'import', reason: '', createdAt: '2024-03-02T00:00:00.000Z' },
  ])
  for (const to of [MARIA, LUIS]) expect((await send(world, { to, body: 'News' })).status).toBe(409)
  expect(await untilNotes(world, opened)).toEqual([expect.stringContaining('in an imported list')])
  const at = Date.parse('2024-03-01T10:00:00Z') / 1000
  await world.intercom.until(() => world.intercom.contacts[0]?.customAttributes.sms_opted_out_at === at)
})

test('importing a list again adds nobody, nor whoever has opted in since', async () => {
  const world = await start(withApi)
  const list = ['phone,created_at', `${MARIA},2024-03-01T10:00:00Z`, `${LUIS},2024-03-01T10:00:00Z`]
  await importing(world, ...list)
  const [{ id }] = (await listed(world)).filter(({ phone }: { phone: string }) => phone === MARIA)
  await api(world, 'DELETE', `/api/v1/opt-outs/${id}`)
  expect(JSON.parse((await importing(world, ...list)).out)).toEqual({ added: 0, known: 2 })
  expect(await listed(world)).toMatchObject([{ phone: LUIS }])
})

test.each([
  [
    ['phone,from', `${MARIA},`, 'ACME,', '', `${LUIS},sales`],
    ['line 3: phone is not', 'line 5: from is not one of'],
  ],
  [
    ['phone,created_at', `${MARIA},yesterday`, `${MARIA},2999-01-01`],
    ['line 2: created_at is not a', 'line 3: created_at is in'],
  ],
  [['number', MARIA], ['line 1: "number" is not a column; columns are phone, from, source, reason, created_at']],
  [['reason', 'x'], ['line 1: there is no column phone']],
  [
    ['phone', MARIA, `${MARIA},x`],
    ['The file is not CSV', 'line 3'],
  ],
  [
    ['phone', MARIA, `"${MARIA}`],
    ['The file is not CSV', 'line 3'],
  ],
])('of a list with faults %j nothing is imported, and each is named by its line', async (lines, faults) => {
  const world = await start(withApi)
  const { code, out, err } = await importing(world, ...lines)
  expect([code, out]).toEqual([1, ''])
  for (const fault of ['Nothing was imported.', ...faults]) expect(err).toContain(fault)
  expect(await listed(world)).toEqual([])
})

test('the list is exported as CSV that can be imported again, and opens harmlessly in a spreadsheet', async () => {
  const world = await start(withApi)
  await importing(world, 'phone,from,reason,created_at', `${MARIA},${SUPPORT},"=HYPERLINK(1),2",2024-03-01T10:00:00Z`)
  const csv = [
    'phone,from,source,reason,created_at',
    `${MARIA},${SUPPORT},import,"'=HYPERLINK(1),2",2024-03-01T10:00:00.000Z`,
    '',
  ].join('\n')
  expect((await beside(world, 'opt-outs', 'export')).out).toBe(csv)

  const file = fileOf(world, 'export.csv')
  expect((await beside(world, 'opt-outs', 'export', file)).out).toBe(`${file} holds 1 opt-out.\n`)
  expect([readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).toEqual([csv, 0o600])
  expect((await beside(world, 'opt-outs', 'export', file)).err).toBe(`${file} exists already; name a new file.\n`)
  expect((await beside(world, 'opt-outs', 'import', file)).out).toBe('Added: 0. Known already, or opted in since: 1.\n')
})

test('a list that is not there is named', async () => {
  const world = await start(withApi)
  const { code, err } = await beside(world, 'opt-outs', 'import', 'nowhere.csv')
  expect([code, err]).toEqual([1, 'nowhere.csv cannot be read (ENOENT).\n'])
})

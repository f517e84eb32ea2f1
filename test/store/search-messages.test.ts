import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { type Db, openDatabase } from '../../src/store/database.ts'
import { addMessage } from '../../src/store/messages.ts'
import { listMessages } from '../../src/store/read-messages.ts'
import { threadOf } from '../../src/store/threads.ts'

const TEXTS = {
  order: 'Where is order 4711, please?',
  cafe: 'See you at the Café, José',
  quoted: 'She said "see you" AND left',
  empty: '',
  emoji: 'Thanks 👋',
  japanese: '予約をお願いします',
}

let db: Db
const ids = new Map<number, string>()
beforeAll(async () => {
  db = await openDatabase('sqlite::memory:')
  for (const [name, body] of Object.entries(TEXTS)) ids.set(await add(body), name)
})
afterAll(() => db.destroy())

function add(body: string, customer = '+12025550123'): Promise<number> {
  return db.transaction().execute(async (tx) => {
    const { id: threadId } = await threadOf(tx, '+12025550199', customer, 1)
    const usual = { direction: 'inbound' as const, status: 'posted', channel: 'sms', media: [] }
    return addMessage(tx, { ...usual, threadId, body }, 1)
  })
}

const found = async (text: string, more: { phone?: string; status?: string } = {}) => {
  const { data } = await listMessages(db, { text, limit: 50, ...more })
  return data.map(({ id }) => ids.get(Number(id)))
}

test.each([
  ['order', ['order']],
  ['ORDER', ['order']],
  ['4711', ['order']],
  ['471', ['order']],
  ['47', []],
  ['4711 where', ['order']],
  ['rder', []],
  ['order 4712', []],
  ['cafe jose', ['cafe']],
  ['CAFÉ', ['cafe']],
  ['see you', ['quoted', 'cafe']],
  ['"see you"', ['quoted', 'cafe']],
  ['see AND you', ['quoted']],
  ['see OR order', []],
  ['see NOT you', []],
  ['body:order', []],
  ['NEAR(see you)', []],
  ['order*', ['order']],
  ['order -please', ['order']],
  ["order'; drop table messages; --", []],
  ['%', []],
  ['👋', []],
  ['予約', ['japanese']],
])('%s finds the texts with these words, the last of them perhaps only begun', async (text, expected) => {
  expect(await found(text)).toEqual(expected)
})

test('words and other conditions are both kept to', async () => {
  expect(await found('order', { phone: '+12025550123', status: 'posted' })).toEqual(['order'])
  expect(await found('order', { phone: '+12025550145' })).toEqual([])
  expect(await found('order', { status: 'dead' })).toEqual([])
})

test('in a conversation the words are looked for in its messages only', async () => {
  const id = await add('order 12', '+12025550145')
  await db.updateTable('messages').set({ conversation_id: '7' }).where('id', '=', id).execute()
  const { data } = await listMessages(db, { text: 'order', conversation: '7', limit: 50 })
  expect(data.map(({ body }) => body)).toEqual(['order 12'])
  await db.deleteFrom('messages').where('id', '=', id).execute()
})

test('pages of what was found follow one another', async () => {
  const first = await listMessages(db, { text: 'see', limit: 1 })
  const second = await listMessages(db, { text: 'see', limit: 1, cursor: Number(first.next) })
  expect([...first.data, ...second.data].map(({ id }) => ids.get(Number(id)))).toEqual(['quoted', 'cafe'])
  expect(second.next).toBeNull()
})

test('words that are changed or deleted are not found any more, nor are they in the index', async () => {
  const id = await add('zanzibar')
  await db.updateTable('messages').set({ body: 'erased' }).where('id', '=', id).execute()
  expect([(await found('zanzibar')).length, (await found('erased')).length]).toEqual([0, 1])
  await db.deleteFrom('messages').where('id', '=', id).execute()
  expect(await found('erased')).toEqual([])
  const { rows } = await sql<{ block: Buffer }>`select block from messages_text_data`.execute(db)
  expect(rows.map(({ block }) => block.toString('latin1')).join()).toContain('rder')
  expect(rows.map(({ block }) => block.toString('latin1')).join()).not.toMatch(/anzibar|rased/)
})

import { expect, test } from '@jest/globals'
import { parseBehaviour } from '../../src/config/behaviour-file.ts'
import type { Config } from '../../src/config/types.ts'
import { forgetOld } from '../../src/flows/forget-old.ts'
import { addEffects } from '../../src/queue/jobs.ts'
import { automaticSince, keepAutomatic } from '../../src/store/automatic-texts.ts'
import { type Db, openDatabase } from '../../src/store/database.ts'
import { addMessage, type NewMessage } from '../../src/store/messages.ts'
import { threadOf } from '../../src/store/threads.ts'
import { MARIA, SUPPORT } from '../support/world.ts'

const DAY = 86_400_000
const NOW = 100 * DAY

/** A database with so many of Maria's texts of long ago. */
async function withTexts<T>(count: number, use: (db: Db) => Promise<T>): Promise<T> {
  const db = await openDatabase('sqlite::memory:')
  try {
    await db.transaction().execute(async (tx) => {
      const { id: threadId } = await threadOf(tx, SUPPORT, MARIA, 1)
      const text: NewMessage = {
        threadId,
        direction: 'inbound',
        status: 'posted',
        channel: 'sms',
        body: 'Hi',
        media: [],
      }
      for (let n = 1; n <= count; n++) await addMessage(tx, { ...text, twilioSid: `SM${n}` }, n)
    })
    return await use(db)
  } finally {
    await db.destroy()
  }
}

function forget(db: Db, yaml: string, stopped = () => false) {
  const { behaviour } = parseBehaviour(yaml, 'bridge.yaml')
  const config = { behaviour } as Config
  return forgetOld({ ctx: { config, now: () => NOW }, db, stopped })
}

const left = async (db: Db) => (await db.selectFrom('messages').select('id').execute()).length

test('without retention.days nothing goes', () =>
  withTexts(3, async (db) => {
    expect([await forget(db, ''), await left(db)]).toEqual([null, 3])
  }))

test('many go in small steps, and others have their turn between them', () =>
  withTexts(1000, async (db) => {
    const seen: number[] = []
    const look = setInterval(async () => seen.push(await left(db)), 0)
    await forget(db, 'retention: { days: 30 }')
    clearInterval(look)
    expect(await left(db)).toBe(0)
    expect(seen.filter((count) => count > 0 && count < 1000).length).toBeGreaterThan(0)
  }))

test('a bridge that stops does not wait for the rest of it', () =>
  withTexts(1000, async (db) => {
    let steps = 0
    await forget(db, 'retention: { days: 30 }', () => steps++ > 0)
    expect(await left(db)).toBe(800)
  }))

test('what something is still to be done about stays, and what is behind it goes', () =>
  withTexts(300, async (db) => {
    await db
      .transaction()
      .execute((tx) => addEffects(tx, [{ kind: 'part.post', lane: 'a', messageId: 1, body: {} }], 1))
    await forget(db, 'retention: { days: 30 }')
    expect(await db.selectFrom('messages').select('id').execute()).toEqual([{ id: 1 }])
    expect(await db.selectFrom('threads').select('customer').execute()).toEqual([{ customer: MARIA }])
  }))

test('what must not be said again yet is remembered for as long', () =>
  withTexts(0, async (db) => {
    await db.transaction().execute(async (tx) => {
      await keepAutomatic(tx, MARIA, 'outOfHours', NOW - 20 * DAY)
      await keepAutomatic(tx, MARIA, 'outOfHours', NOW - 5 * DAY)
    })
    await forget(db, 'retention: { days: 1 }\nautoReplies: { cooldownHours: 240 }')
    const said = await db.transaction().execute((tx) => automaticSince(tx, MARIA, 0))
    expect(said).toEqual([{ kind: 'outOfHours', at: NOW - 5 * DAY }])
  }))

import { expect, test } from '@jest/globals'
import type { Tx } from '../../src/store/database.ts'
import {
  addMessage,
  cancelRest,
  isKnownPart,
  messageById,
  messageBySid,
  messageMedia,
  type NewMessage,
  partsOf,
  sidsOf,
  updateMessage,
} from '../../src/store/messages.ts'
import { inDatabase } from '../store/temporary.ts'
import type { NewDatabase } from './databases.ts'

export function messages(newDatabase: NewDatabase): void {
  const NOW = 1_700_000_000_000

  function add(tx: Tx, message: Partial<NewMessage> = {}): Promise<number> {
    const base: NewMessage = {
      threadId: 1,
      number: '+12025550199',
      direction: 'outbound',
      status: 'queued',
      channel: 'sms',
      body: 'Hello',
      media: [],
    }
    return addMessage(tx, { ...base, ...message }, NOW)
  }

  test('a message comes back as it went in', () =>
    inDatabase(newDatabase, async (tx) => {
      const media = [{ url: 'https://api.twilio.com/m/1', contentType: 'image/jpeg' }]
      const id = await add(tx, { direction: 'inbound', media, twilioSid: 'SM1' })
      expect(await messageById(tx, id)).toMatchObject({
        id,
        direction: 'inbound',
        body: 'Hello',
        media,
        createdAt: NOW,
      })
      expect(await messageBySid(tx, 'SM1')).toMatchObject({ id })
      expect(await messageBySid(tx, 'SM2')).toBeNull()
      expect(await messageMedia(tx, id)).toEqual(media)
    }))

  test('one Twilio SID is one message', () =>
    expect(
      inDatabase(newDatabase, async (tx) => {
        await add(tx, { twilioSid: 'SM1' })
        await add(tx, { twilioSid: 'SM1' })
      }),
    ).rejects.toMatchObject({ code: expect.stringMatching(/^(SQLITE_CONSTRAINT_UNIQUE|23505)$/) }))

  test('an update changes what it names and nothing else', () =>
    inDatabase(newDatabase, async (tx) => {
      const id = await add(tx, { conversationId: 'c' })
      await updateMessage(tx, id, { status: 'sent', twilio_sid: 'SM1' }, NOW + 1)
      expect(await messageById(tx, id)).toMatchObject({
        status: 'sent',
        twilioSid: 'SM1',
        conversationId: 'c',
        body: 'Hello',
      })
    }))

  test('parts on our messages are known, the latest first', () =>
    inDatabase(newDatabase, async (tx) => {
      for (const partId of ['p1', 'p2']) await add(tx, { conversationId: 'c', partId })
      await add(tx, { conversationId: 'c' })
      expect(await isKnownPart(tx, 'p1')).toBe(true)
      expect(await isKnownPart(tx, 'p3')).toBe(false)
      expect(await partsOf(tx, 'c', NOW)).toEqual(['p2', 'p1'])
      expect(await partsOf(tx, 'c', NOW + 1)).toEqual([])
    }))

  test('texts with the same words are those of the same thread that went out', () =>
    inDatabase(newDatabase, async (tx) => {
      await add(tx, { twilioSid: 'SM1' })
      await add(tx, { twilioSid: 'SM2', body: 'Hello!' })
      await add(tx, { twilioSid: 'SM3', threadId: 2 })
      await add(tx, { twilioSid: 'SM4', direction: 'inbound' })
      await add(tx)
      expect(await sidsOf(tx, 1, 'Hello', NOW)).toEqual(['SM1'])
      expect(await sidsOf(tx, 1, 'Hello', NOW + 1)).toEqual([])
    }))

  test('of a long reply only the later pieces that wait stay back', () =>
    inDatabase(newDatabase, async (tx) => {
      const statuses = ['sent', 'sending', 'queued', 'queued']
      const ids: number[] = []
      for (const status of statuses) ids.push(await add(tx, { status, partId: 'p' }))
      await add(tx, { partId: 'another reply' })
      expect(await cancelRest(tx, await messageById(tx, ids[1] ?? 0), NOW)).toEqual(ids.slice(2))
      expect((await messageById(tx, ids[3] ?? 0)).status).toBe('canceled')
      expect((await messageById(tx, ids[0] ?? 0)).status).toBe('sent')
    }))
}

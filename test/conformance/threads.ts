import { expect, test } from '@jest/globals'
import type { Tx } from '../../src/store/database.ts'
import {
  closingTime,
  conversationsOf,
  enterConversation,
  leaveConversation,
  setClosed,
  threadById,
  threadOf,
  threadOfConversation,
} from '../../src/store/threads.ts'
import { inDatabase } from '../store/temporary.ts'
import type { NewDatabase } from './databases.ts'

export function threads(newDatabase: NewDatabase): void {
  const SUPPORT = '+12025550199'
  const SALES = '+12025550198'
  const MARIA = '+12025550123'

  async function threadIn(tx: Tx, conversation: string, number = SUPPORT) {
    const thread = await threadOf(tx, number, MARIA, 1000)
    await enterConversation(tx, thread, { id: conversation, contactId: 'contact-1' }, 1000)
    return thread
  }

  test('a customer has one thread with each of our numbers', () =>
    inDatabase(newDatabase, async (tx) => {
      const thread = await threadOf(tx, SUPPORT, MARIA, 1000)
      expect(await threadOf(tx, SUPPORT, MARIA, 2000)).toEqual(thread)
      expect((await threadOf(tx, SALES, MARIA, 2000)).id).not.toBe(thread.id)
    }))

  test('a thread is found by every conversation it was ever in', () =>
    inDatabase(newDatabase, async (tx) => {
      const { id } = await threadIn(tx, 'old')
      await threadIn(tx, 'new')
      expect(await threadById(tx, id)).toMatchObject({ conversationId: 'new' })
      expect(await threadOfConversation(tx, 'old')).toMatchObject({ id, customer: MARIA })
      expect(await threadOfConversation(tx, 'unheard-of')).toBeNull()
    }))

  test('a thread leaves the conversation it is in, and no other', () =>
    inDatabase(newDatabase, async (tx) => {
      const { id } = await threadIn(tx, 'old')
      await threadIn(tx, 'new')
      await leaveConversation(tx, 'old', 2000)
      expect((await threadById(tx, id)).conversationId).toBe('new')
      await leaveConversation(tx, 'new', 2000)
      expect((await threadById(tx, id)).conversationId).toBeNull()
    }))

  test('an older notification does not undo a newer one', () =>
    inDatabase(newDatabase, async (tx) => {
      await threadIn(tx, 'c')
      expect(await closingTime(tx, 'c')).toBeNull()
      await setClosed(tx, 'c', false, 7000)
      await setClosed(tx, 'c', true, 5000)
      expect(await closingTime(tx, 'c')).toBeNull()
      await setClosed(tx, 'c', true, 7000)
      expect(await closingTime(tx, 'c')).toBe(7000)
    }))

  test('a conversation closed in the second it began is closed, though Intercom counts whole seconds', () =>
    inDatabase(newDatabase, async (tx) => {
      const thread = await threadOf(tx, SUPPORT, MARIA, 1900)
      await enterConversation(tx, thread, { id: 'c', contactId: 'contact-1' }, 1900)
      await setClosed(tx, 'c', true, 1000)
      expect(await closingTime(tx, 'c')).toBe(1000)
    }))

  test('a conversation that is none of ours is open to us', () =>
    inDatabase(newDatabase, async (tx) => {
      await setClosed(tx, 'unheard-of', true, 1000)
      expect(await closingTime(tx, 'unheard-of')).toBeNull()
    }))

  test("a customer's conversations are those with any of our numbers", () =>
    inDatabase(newDatabase, async (tx) => {
      await threadIn(tx, 'a')
      await threadIn(tx, 'b', SALES)
      expect((await conversationsOf(tx, MARIA)).sort()).toEqual(['a', 'b'])
      expect(await conversationsOf(tx, '+12025550124')).toEqual([])
    }))
}

import { expect, test } from '@jest/globals'
import * as erase from '../../src/store/erase.ts'
import { forgetKeys, forgotten } from '../../src/store/erased.ts'
import { isOptedOut } from '../../src/store/opt-outs.ts'
import * as retention from '../../src/store/retention.ts'
import { plansOf } from './plans.ts'

test('whether something was erased is not found by reading through all that was', async () => {
  const details = await plansOf(async (db) => {
    await db.transaction().execute(async (tx) => {
      await forgetKeys(tx, ['sms:SM1'], 1)
      await forgotten(tx, ['sms:SM1', 'sms:SM2'])
      await isOptedOut(tx, '+12025550123', '+12025550199')
    })
  })
  expect(details.filter((detail) => detail.includes('erased'))).toHaveLength(1)
  expect(details.filter((detail) => detail.startsWith('SCAN'))).toEqual([])
})

test('erasing one customer, or what is old, does not read through all of them again and again', async () => {
  const maria = ['+12025550123']
  const person = { addresses: maria, contacts: [], conversations: ['1'] }
  const span = { before: 2, now: 2, after: '0', limit: 10 }
  const details = await plansOf(async (db) => {
    await db.transaction().execute(async (tx) => {
      await erase.findPerson(tx, maria)
      await erase.cancelUnsent(tx, maria, 1)
      await erase.messagesAtRest(tx, maria, 100)
      await erase.countMessages(tx, maria)
      await erase.lockLanes(tx, ['a'])
      await erase.deleteRest(tx, person)
      await erase.deleteLanes(tx, ['a'])
      await retention.forgetMessages(tx, span, () => [])
      await retention.forgetEffects(tx, span)
      await retention.forgetFacts(tx, span)
      await retention.forgetThreads(tx, span)
      await retention.forgetConversations(tx, span)
    })
  }, /^(select|update|delete)/)
  expect(details.filter((detail) => detail.startsWith('SCAN'))).toEqual([])
})

import { expect, test } from '@jest/globals'
import { hasEffect, headEffect, headFact, inDoubt } from '../../src/queue/jobs.ts'
import { claimLanes, nextDue } from '../../src/queue/lanes.ts'
import { backlogOf, mark, recentCalls, shutDoors } from '../../src/queue/observe.ts'
import { discardJob, listJobs, retryDead, retryJob } from '../../src/queue/operate.ts'
import { countDead, waitingSince } from '../../src/queue/waiting.ts'
import { listAudit } from '../../src/store/audit.ts'
import { automaticSince } from '../../src/store/automatic-texts.ts'
import { askLater, costOfThread, dueCharges, keepCharge, unpriced } from '../../src/store/charges.ts'
import { customersOf, forgetContact, replaceContact } from '../../src/store/contacts.ts'
import { leaveConversationsOf, nameNumber, writerOf } from '../../src/store/conversations.ts'
import { countAnswer, countClosing, durationsOf } from '../../src/store/durations.ts'
import { hasEnded } from '../../src/store/ended-sessions.ts'
import { lastHour } from '../../src/store/filtering.ts'
import { countHours, countsBetween } from '../../src/store/hourly.ts'
import { lastTexts, recentPrices } from '../../src/store/last-texts.ts'
import {
  addMessage,
  cancelAwaiting,
  findMessage,
  isKnownPart,
  latestMessages,
  latestWords,
  type Message,
  overtaken,
  textedSince,
} from '../../src/store/messages.ts'
import { isOurNote } from '../../src/store/notes.ts'
import { addOptOut, endOptOuts, hasOptedOut, optedInSince, optOutHistory } from '../../src/store/opt-outs.ts'
import { historyOf, listMessages, readMessage } from '../../src/store/read-messages.ts'
import { numbersInUse } from '../../src/store/reconciliation.ts'
import { readSetting } from '../../src/store/settings.ts'
import { answersBetween, latestSurvey } from '../../src/store/surveys.ts'
import {
  conversationsOf,
  earlierConversations,
  isHandedOver,
  threadOf,
  threadOfConversation,
  threadOfCustomer,
  threadsOf,
} from '../../src/store/threads.ts'
import { trailOf } from '../../src/store/trail.ts'
import { countUnknown } from '../../src/store/unknown-texts.ts'
import { plansOf } from './plans.ts'

const MESSAGE: Omit<Message, 'id' | 'threadId'> = {
  number: '+12025550199',
  direction: 'outbound',
  status: 'sent',
  channel: 'sms',
  body: '',
  media: [],
  twilioSid: null,
  conversationId: null,
  partId: null,
  origin: 'survey',
  sendAt: null,
  title: null,
  trace: null,
  createdAt: 1,
}

test('no question about a text, or about the health of the bridge, reads through all there ever were', async () => {
  const details = await plansOf(async (db) => {
    await db.transaction().execute(async (tx) => {
      await overtaken(tx, '+12025550123', 1)
      await hasEffect(tx, 1, 'sms.retry')
      await readMessage(tx, 1)
      await keepCharge(tx, 'SM1', { price: '-0.1', unit: 'USD', segments: 1 }, 1)
      await askLater(tx, 'SM1', 1)
    })
    await dueCharges(db, 1, 1)
    await unpriced(db, ['SM1'])
    await costOfThread(db, 1)
    await lastHour(db, 1)
    await readSetting(db, 'unhealthy')
  })
  for (const index of ['charges_due', 'messages_filtered']) {
    expect(details.filter((detail) => detail.includes(index))).toHaveLength(1)
  }
  // What an index has found, as far as it is counted.
  expect(details.filter((detail) => detail.startsWith('SCAN') && detail !== 'SCAN counted')).toEqual([])
})

test('which of our numbers are in use is known without reading all threads', async () => {
  const details = await plansOf(numbersInUse, /^\s*(select|with)/)
  expect(details.filter((detail) => detail.includes('threads'))).toEqual([
    'SEARCH threads USING COVERING INDEX threads_number',
    'SEARCH threads USING COVERING INDEX threads_number (number>?)',
  ])
})

test('no question of the worker reads through what is finished', async () => {
  const details = await plansOf(async (db) => {
    await db.transaction().execute(async (tx) => {
      await headEffect(tx, 'inbox:a')
      await headFact(tx, 'inbox:a')
      await inDoubt(tx, 'inbox:')
      await claimLanes(tx, { owner: 'a', now: 1, leaseMs: 1, limit: 1 })
      await cancelAwaiting(tx, '+12025550123', 1)
    })
    await nextDue(db, 1)
  })
  expect(details.filter((detail) => detail.includes('effects_unfinished'))).toHaveLength(2)
  expect(details.filter((detail) => detail.includes('messages_scheduled'))).toHaveLength(1)
  // Of lanes there are only as many as there is work.
  expect(
    details.filter((detail) => /^SCAN (effects|facts|messages)(?! USING INDEX \w+_unfinished)/.test(detail)),
  ).toEqual([])
})

test('what an operator asks of dead letters, of the audit and of the statistics does not read through all there ever were', async () => {
  const by = { actor: 'api', at: 1 } as const
  const details = await plansOf(async (db) => {
    for (const state of ['ready', 'running', 'dead'] as const) await listJobs(db, { state, limit: 50 })
    await retryDead(db, by)
    await retryJob(db, 'e1', by)
    await discardJob(db, 'f1', by)
    await listAudit(db, { phone: '+12025550123', limit: 50 })
    await db.transaction().execute(async (tx) => {
      await threadOf(tx, '+12025550199', '+12025550123', 1)
      await addMessage(tx, { ...MESSAGE, threadId: 1, requestKey: 'a' } as never, 1)
      await countAnswer(tx, '1', 1)
      await countClosing(tx, '1', 1)
    })
    await countHours(db)
    const hour = 3_600_000
    await countsBetween(db, { from: 1, to: 100 * hour + 1, width: 24 * hour })
    await durationsOf(db, 'closed', { from: 1, to: 2 })
    await answersBetween(db, { from: 1, to: 2 })
  })
  const used = (index: string) => details.filter((detail) => detail.includes(index)).length
  expect([used('effects_dead'), used('facts_dead')]).toEqual([2, 2])
  for (const index of ['audit_phone', 'messages_created', 'messages_updated', 'durations_kind', 'surveys_answered']) {
    expect([index, used(index)]).not.toEqual([index, 0])
  }
  // Of what is unfinished, or dead, there are only as many as there is work, or trouble; of the changes only an end is read.
  const small =
    /^SCAN (effects|facts) USING (COVERING )?INDEX \w+_(unfinished|dead)|^SCAN (jobs|\()|^SCAN messages USING COVERING INDEX messages_updated/
  expect(details.filter((detail) => detail.startsWith('SCAN') && !small.test(detail))).toEqual([])
})

test('what the sidebar asks when a teammate opens a conversation is found by indexes', async () => {
  const details = await plansOf(async (db) => {
    await db.transaction().execute(async (tx) => {
      await customersOf(tx, 'c1')
      await threadsOf(tx, '+12025550123')
      await lastTexts(tx, 1, 5)
      await recentPrices(tx, { number: '+12025550199', channel: 'sms' })
    })
  })
  expect(details.filter((detail) => /contacts_contact|messages_thread|messages_priced/.test(detail))).toHaveLength(3)
  expect(details.filter((detail) => /^SCAN (?!messages USING INDEX messages_priced|latest|\()/.test(detail))).toEqual(
    [],
  )
})

test('what the console shows is found by indexes, however much there is', async () => {
  const limit = 50
  const details = await plansOf(async (db) => {
    await mark(db)
    await backlogOf(db, 1)
    await recentCalls(db, limit)
    await shutDoors(db, 1)
    await hasEnded(db, 'a')
    await trailOf(db, 1)
    await listJobs(db, { state: 'dead', limit })
    await listMessages(db, { status: 'unknown', limit })
    await listMessages(db, { phone: '+12025550123', limit })
    await listMessages(db, { text: 'order', limit })
  })
  for (const index of ['effects_dead', 'facts_dead', 'messages_uncommon', 'messages_text VIRTUAL TABLE']) {
    expect(details.filter((detail) => detail.includes(index)).length).toBeGreaterThan(0)
  }
  // Of lanes and doors there are few; the latest attempts are read from their end.
  const read = details.filter((detail) => detail.startsWith('SCAN'))
  expect(
    read.filter((detail) => !/(lanes|paces|attempts|messages_text VIRTUAL|_dead|_uncommon|jobs)/.test(detail)),
  ).toEqual([])
})

test('what is asked about one customer does not read through all of them', async () => {
  const customer = '+12025550123'
  const details = await plansOf((db) =>
    db.transaction().execute(async (tx) => {
      await conversationsOf(tx, customer)
      await earlierConversations(tx, customer, { before: '1', latest: 3 })
      await threadsOf(tx, customer)
      await addOptOut(tx, { customer, number: '', source: 'api', reason: '' }, 1)
      await endOptOuts(tx, { customer, numbers: ['+12025550199', ''], by: 'api' }, 2)
      await hasOptedOut(tx, customer)
      await optedInSince(tx, customer, '', 1)
      await optOutHistory(tx, customer, 3)
    }),
  )
  expect(details.filter((detail) => detail.includes('conversations_thread'))).toHaveLength(3)
  expect(details.filter((detail) => detail.startsWith('SCAN'))).toEqual([])
})

test('what is asked about a thread, a conversation or a contact does not read through all of them', async () => {
  const [support, maria] = ['+12025550199', '+12025550123']
  const details = await plansOf(async (db) => {
    await db.transaction().execute(async (tx) => {
      await threadOf(tx, support, maria, 1)
      await threadOfCustomer(tx, support, maria, 1)
      await threadOfConversation(tx, '1')
      await conversationsOf(tx, maria)
      await writerOf(tx, '1')
      await nameNumber(tx, '1', support)
      await isKnownPart(tx, '1')
      await isOurNote(tx, '1')
      await leaveConversationsOf(tx, 'contact-1', 1)
      await replaceContact(tx, { from: 'contact-1', into: 'contact-2' }, 1)
      await forgetContact(tx, 'contact-2')
    })
  })
  expect(details.length).toBeGreaterThan(10)
  expect(details.filter((detail) => detail.startsWith('SCAN'))).toEqual([])
})

test('nor does a question about whether a text is answered by itself', async () => {
  const details = await plansOf(async (db) => {
    await db.transaction().execute(async (tx) => {
      await automaticSince(tx, '+12025550123', 1)
      await threadsOf(tx, '+12025550123')
      await latestMessages(tx, 1, { direction: 'inbound', limit: 31 })
      await latestSurvey(tx, 1)
      await isHandedOver(tx, 1)
      await findMessage(tx, 1)
      await textedSince(tx, { ...MESSAGE, threadId: 1, id: 1 }, ['automatic'])
      await latestWords(tx, '1')
      await historyOf(tx, 1, 2, 20)
    })
  })
  expect(details.length).toBeGreaterThanOrEqual(9)
  expect(details.filter((detail) => /^SCAN|TEMP B-TREE/.test(detail))).toEqual([])
})

test('nor does a look at the metrics', async () => {
  const details = await plansOf(async (db) => {
    await waitingSince(db, 'inbox:')
    await countDead(db)
    await countUnknown(db)
  })
  const indexes = ['effects_unfinished', 'facts_unfinished', 'effects_dead', 'facts_dead', 'messages_uncommon']
  for (const index of indexes) expect(details.filter((detail) => detail.includes(index))).toHaveLength(1)
  expect(details).toHaveLength(indexes.length)
})

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { createSidebar, type Sidebar, type SidebarRequest } from '../../src/flows/sidebar.ts'
import type { Canvas } from '../../src/rules/canvas/components.ts'
import { expectCharge, keepCharge } from '../../src/store/charges.ts'
import { keepContact } from '../../src/store/contacts.ts'
import { addMessage } from '../../src/store/messages.ts'
import { enterConversation, threadOf } from '../../src/store/threads.ts'
import { type Flows, MARIA, NOW, SUPPORT, startFlows } from '../support/flows.ts'

const CANADA = '+16135550123'
const beside: SidebarRequest = {
  contactId: 'c1',
  phone: MARIA,
  conversationId: 'email-1',
  teammate: { id: '100', name: 'Sam' },
}
let flows: Flows
let sidebar: Sidebar

beforeEach(async () => {
  flows = await startFlows()
  sidebar = createSidebar({ ctx: flows.ctx, db: flows.db, wake: () => {} })
})
afterEach(() => flows.close())

const words = ({ canvas }: Canvas) =>
  canvas.content.components.flatMap((one) => {
    if (one.type === 'text') return [one.text]
    return one.type === 'data-table' ? one.items.map(({ field, value }) => `${field}: ${value}`) : []
  })

const check = async (body: string) => words(await sidebar.press({ ...beside, component: 'check:p', input: { body } }))

/** A text that was sent and billed. */
async function billed(customer: string, o: { number?: string; price: string; segments: number; channel?: string }) {
  const { number = SUPPORT, price, segments, channel = 'sms' } = o
  await flows.tx(async (tx) => {
    const thread = await threadOf(tx, number, customer, NOW)
    const message = { threadId: thread.id, direction: 'outbound', status: 'delivered', channel, body: 'x' } as const
    const id = await addMessage(tx, { ...message, media: [], segments }, NOW)
    await expectCharge(tx, { sid: `SM${id}`, messageId: id }, NOW)
    await keepCharge(tx, `SM${id}`, { price, unit: 'USD', segments }, NOW)
  })
}

describe('the cost of a text', () => {
  test('is what texts from this number to this country have cost', async () => {
    await billed(MARIA, { price: '-0.02', segments: 2 })
    await billed('+12025550177', { price: '-0.02', segments: 2 })
    await billed(CANADA, { price: '-9', segments: 1 })
    await billed(MARIA, { price: '-9', segments: 1, channel: 'mms' })
    await billed(MARIA, { price: '-9', segments: 1, number: '+12025550188' })
    // The number last in touch is the usual one.
    await flows.tx((tx) =>
      tx
        .updateTable('threads')
        .set({ updated_at: NOW + 1 })
        .where('number', '=', SUPPORT)
        .execute(),
    )
    expect(await check('x'.repeat(161))).toContain(
      '161 characters, 2 segments (GSM-7); about 0.0200 as texts from this number have cost.',
    )
  })

  test('is not known before anything was billed', async () => {
    expect(await check('Hello')).toContain('5 characters, 1 segment (GSM-7); the cost is not known yet.')
  })
})

describe('whom it is about', () => {
  test('a contact who has texted is known by its id, whatever phone is written in Intercom', async () => {
    await flows.tx((tx) => keepContact(tx, 'whatsapp:+12025550123', { contactId: 'c1', name: null, madeAt: null }, NOW))
    const { twilio } = flows.ctx.config
    const config = { ...flows.ctx.config, twilio: { ...twilio, phoneNumbers: ['whatsapp:+12025550188'] } }
    sidebar = createSidebar({ ctx: { ...flows.ctx, config }, db: flows.db, wake: () => {} })
    expect(words(await sidebar.open({ ...beside, phone: CANADA }))).toEqual(
      expect.arrayContaining(['Customer: +1 202 555 0123 (WhatsApp)', 'Texted from: +1 202 555 0188']),
    )
  })

  test('a customer whom none of our senders reaches cannot be texted', async () => {
    await flows.tx((tx) => keepContact(tx, 'whatsapp:+12025550123', { contactId: 'c1', name: null, madeAt: null }, NOW))
    const { messagingServiceSid: _, ...twilio } = flows.ctx.config.twilio
    const config = { ...flows.ctx.config, twilio }
    sidebar = createSidebar({ ctx: { ...flows.ctx, config }, db: flows.db, wake: () => {} })
    expect(words(await sidebar.open(beside))).toEqual([expect.stringContaining('No sender of ours')])
  })

  test('of the addresses of a contact, the one that the conversation beside is with', async () => {
    await flows.tx(async (tx) => {
      const thread = await threadOf(tx, SUPPORT, MARIA, NOW)
      await enterConversation(tx, thread, { id: 'sms-1', contactId: 'c1' }, NOW)
      await keepContact(tx, MARIA, { contactId: 'c1', name: null, madeAt: null }, NOW)
      await keepContact(tx, '+12025550177', { contactId: 'c1', name: null, madeAt: null }, NOW + 1)
    })
    expect(words(await sidebar.open({ ...beside, conversationId: 'sms-1' }))).toContain('Customer: +1 202 555 0123')
    expect(words(await sidebar.open(beside))).toContain('Customer: +1 202 555 0177')
  })

  test('and it leaves from the number that the conversation beside is with, though only a Messaging Service knows it', async () => {
    const pool = '+12025550166'
    await flows.tx(async (tx) => {
      const thread = await threadOf(tx, pool, MARIA, NOW)
      await enterConversation(tx, thread, { id: 'sms-1', contactId: 'c1' }, NOW)
      await threadOf(tx, SUPPORT, MARIA, NOW + 1)
    })
    const send = { component: 'send:p', input: { body: 'Hello' } }
    await sidebar.press({ ...beside, ...send, conversationId: 'sms-1' })
    const [message] = await flows.messages()
    const thread = await flows.db.selectFrom('threads').selectAll().where('number', '=', pool).executeTakeFirst()
    expect([message?.thread_id, message?.origin]).toEqual([thread?.id, 'command'])
  })

  test('nobody, for a contact that has neither texted nor a phone', async () => {
    const shown = await sidebar.open({ ...beside, phone: null })
    expect(words(shown)).toEqual([expect.stringContaining('no phone number')])
  })
})

describe('a press', () => {
  test('writes the text, its note and its key at once, so that a kill in between leaves all or nothing', async () => {
    const send = { ...beside, component: 'send:p', input: { body: 'Hello' } }
    await sidebar.press(send)
    await sidebar.press(send)
    expect(await flows.messages()).toMatchObject([
      { body: 'Hello', origin: 'opening', request_key: 'sidebar:p', conversation_id: 'email-1', status: 'queued' },
    ])
    expect((await flows.effects()).map(({ kind }) => kind)).toEqual(['sms.send', 'note.post'])
  })

  test('of a button that is not ours only shows the screen anew', async () => {
    for (const component of ['send', 'send:', 'erase:p', 'send:<script>', 'cancel-x:p']) {
      await sidebar.press({ ...beside, component, input: { body: 'Hello' } })
    }
    expect(await flows.messages()).toEqual([])
  })

  test('names a sender of ours or none at all', async () => {
    await sidebar.press({ ...beside, component: 'send:p', input: { body: 'Hello', from: '+12025550177' } })
    const [message] = await flows.messages()
    const thread = await flows.db.selectFrom('threads').selectAll().executeTakeFirstOrThrow()
    expect([message?.thread_id, thread.number]).toEqual([thread.id, SUPPORT])
  })
})

import { afterEach, expect, test } from '@jest/globals'
import { resolveContact } from '../../src/flows/resolve-contact.ts'
import { type Flows, MARIA, NOW, refusal, startFlows } from '../support/flows.ts'
import { text } from './situations.ts'

let flows: Flows
afterEach(() => flows.close())

const contact = (id: string, phone: string | null, lastActivityAt = 0) =>
  ({ id, role: 'user', name: null, phone, lastActivityAt }) as const

test('the contact with our own external id is found by a direct read alone', async () => {
  flows = await startFlows()
  flows.intercom.contacts.push({ ...contact('ours', null), externalId: `sms:${MARIA}` })
  const found = await resolveContact(flows.ctx, MARIA)
  expect(found).toMatchObject({ contact: { id: 'ours' }, made: false, others: [] })
  expect(flows.intercom.calls).toEqual(['findContactByExternalId'])
})

test.each(['+12025550123', '+1 202 555 0123', '(202) 555-0123', '2025550123', '0012025550123'])(
  'a contact whose number was typed as %s is found by phone',
  async (phone) => {
    flows = await startFlows()
    flows.intercom.contacts.push(contact('typed', phone))
    expect(await resolveContact(flows.ctx, MARIA)).toMatchObject({ contact: { id: 'typed' }, made: false })
  },
)

test('of several contacts with the number, the one active last is taken, and a note names the others', async () => {
  flows = await startFlows()
  flows.intercom.contacts.push(contact('old', MARIA, NOW - 2), contact('young', MARIA, NOW - 1))
  await flows.tell('sms.received', text())
  await flows.finish('part.post')
  expect(await flows.notes()).toEqual([
    expect.stringMatching(/Several contacts.*contact young.*Also found.*contact old/),
  ])
  expect(await flows.messages()).toMatchObject([{ contact_id: 'young' }])
})

test('nobody is taken for the customer because of a name', async () => {
  flows = await startFlows()
  flows.intercom.contacts.push({ ...contact('namesake', '+12025550177'), name: 'Maria' })
  expect(await resolveContact(flows.ctx, `whatsapp:${MARIA}`, 'Maria')).toMatchObject({
    made: true,
    contact: { name: 'Maria' },
  })
})

test.each([
  ['', { role: 'user', externalId: `sms:${MARIA}`, phone: MARIA }],
  ['contacts: { role: lead }', { role: 'lead', phone: MARIA }],
  ['contacts: { externalId: false }', { role: 'user', phone: MARIA }],
])('a new contact, with "%s"', async (yaml, made) => {
  flows = await startFlows(yaml)
  await resolveContact(flows.ctx, MARIA)
  expect(flows.intercom.contacts).toMatchObject([made])
})

test.each([
  ['MYBANK', 'MYBANK'],
  ['12345', '12345'],
])('a sender that is no phone number, %s, becomes a contact by name', async (address, name) => {
  flows = await startFlows()
  await resolveContact(flows.ctx, address)
  expect(flows.intercom.contacts).toMatchObject([{ externalId: `sms:${address}`, name, phone: null }])
  expect(flows.intercom.calls).toEqual(['findContactByExternalId', 'createContact'])
})

test('WhatsApp and SMS of one number are one contact', async () => {
  flows = await startFlows()
  await resolveContact(flows.ctx, MARIA)
  expect(await resolveContact(flows.ctx, `whatsapp:${MARIA}`)).toMatchObject({
    made: false,
    contact: { id: 'contact-1' },
  })
})

test('a number Intercom refuses is kept as the name', async () => {
  flows = await startFlows()
  flows.intercom.refuse.createContact = ({ phone }) => (phone ? refusal({ status: 422 }) : null)
  await resolveContact(flows.ctx, MARIA)
  expect(flows.intercom.contacts).toMatchObject([{ externalId: `sms:${MARIA}`, name: '+1 202 555 0123', phone: null }])
})

test('any other refusal is not tried around', async () => {
  flows = await startFlows()
  flows.intercom.refuse.createContact = () => refusal({ status: 403 })
  await expect(resolveContact(flows.ctx, MARIA)).rejects.toMatchObject({ status: 403 })
  expect(flows.intercom.calls.filter((name) => name === 'createContact')).toHaveLength(1)
})

import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readContactNotification } from '../../src/rules/contact-notification.ts'

const told = (topic: string, item: object) => ({ topic, id: 'notif_1', data: { item } })
const inner = { conversation: { model: { id: 215472621202693 } }, contact: { type: 'contact', id: 'a' } }

const maria = { type: 'contact', id: 'a', phone: '+1 202-555-0123', name: 'Maria', external_id: '24' }

test.each([
  ['contact.archived', { id: 'a' }, { change: 'archived', contactId: 'a' }],
  ['contact.deleted', { id: 'a' }, { change: 'deleted', contactId: 'a' }],
  ['contact.merged', { id: 'b', merged_from: { id: 'a' } }, { change: 'merged', contactId: 'a', into: 'b' }],
  ['conversation.contact.detached', inner, { conversationId: '215472621202693', contactId: 'a' }],
  ['contact.created', maria, { contactId: 'a', phone: '+1 202-555-0123', name: 'Maria' }],
  ['contact.user.created', { ...maria, name: null }, { contactId: 'a', phone: '+1 202-555-0123', name: null }],
  ['contact.lead.created', maria, { contactId: 'a' }],
])('%s tells of a contact', (topic, item, body) => {
  expect(readContactNotification(told(topic, item))).toMatchObject([{ body }])
})

test.each([
  ['a merge that does not name who is gone', told('contact.merged', { id: 'b' })],
  ['another topic', told('contact.user.updated', { id: 'a' })],
  ['a contact without an id', told('contact.deleted', {})],
  ['a notification without an id', { ...told('contact.deleted', { id: 'a' }), id: null }],
  ['a new contact without a phone', told('contact.created', { ...maria, phone: null })],
  ['one whose phone was removed', told('contact.created', { ...maria, phone: '' })],
  ['one that the bridge made', told('contact.user.created', { ...maria, external_id: 'sms:+12025550123' })],
  ['what is no contact', told('contact.created', { ...maria, type: 'company' })],
  ['somebody who joins', told('conversation.contact.attached', inner)],
])('%s tells nothing', (_, payload) => {
  expect(readContactNotification(payload)).toEqual([])
})

test('whatever the payload, it is read without an error', () => {
  const topic = fc.constantFrom('contact.merged', 'contact.deleted', 'contact.created', 'conversation.contact.detached')
  fc.assert(
    fc.property(
      topic,
      fc.jsonValue(),
      (name, item) => void readContactNotification({ topic: name, id: 'n', data: { item } }),
    ),
  )
})

test('that a contact was created is the same fact however often it is told', () => {
  const keys = ['notif_1', 'notif_2'].map(
    (id) => readContactNotification({ ...told('contact.created', maria), id })[0]?.key,
  )
  expect(new Set(keys).size).toBe(1)
})

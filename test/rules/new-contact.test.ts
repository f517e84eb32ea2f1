import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { readNewContact } from '../../src/rules/new-contact.ts'
import { sharedFile } from '../support/shared.ts'

const item = { type: 'contact', id: 'c1', phone: '+1 202-555-0123', name: 'Maria', external_id: '24', role: 'user' }
const told = (topic: string, more: object = {}) => ({ topic, data: { item: { ...item, ...more } } })

test.each(['contact.created', 'contact.user.created', 'contact.lead.created'])('%s tells of a new contact', (topic) => {
  expect(readNewContact(told(topic))).toEqual({ contactId: 'c1', phone: '+1 202-555-0123', name: 'Maria' })
})

test.each([
  ['another topic', told('contact.user.updated')],
  ['no phone', told('contact.created', { phone: null })],
  ['a phone that was removed', told('contact.created', { phone: '' })],
  ['one the bridge made', told('contact.user.created', { external_id: 'sms:+12025550123' })],
  ['no contact', told('contact.created', { type: 'conversation' })],
  ['no id', told('contact.created', { id: null })],
  ['nothing', {}],
  ['no object', 'contact.created'],
])('%s is nobody to welcome', (_, payload) => {
  expect(readNewContact(payload)).toBeNull()
})

test('a captured notification is understood', () => {
  const path = sharedFile('samples/intercom-webhooks/contact_user_created.json')
  const payload = path ? JSON.parse(readFileSync(path, 'utf8')) : told('contact.user.created', { phone: null })
  expect(readNewContact(payload)).toBeNull()
  payload.data.item.phone = '+1 202-555-0123'
  expect(readNewContact(payload)?.phone).toBe('+1 202-555-0123')
})

import type { ContactCreated } from '../flows/facts.ts'
import { fields, id, text } from './narrow.ts'

const TOPICS = new Set(['contact.created', 'contact.user.created', 'contact.lead.created'])

/** Made by the bridge for a number it did not know (flows/resolve-contact.ts). */
const OURS = /^sms:/

/**
 * The contact that a verified notification says was created, when it has a phone number and the bridge did not make it;
 * null for everything else. Intercom writes "" for a phone that was removed.
 */
export function readNewContact(payload: unknown): ContactCreated | null {
  const envelope = fields(payload)
  const item = fields(fields(envelope.data).item)
  const contactId = id(item.id)
  const phone = text(item.phone)
  if (!TOPICS.has(text(envelope.topic) ?? '') || item.type !== 'contact' || contactId === null || phone === null)
    return null
  if (OURS.test(text(item.external_id) ?? '')) return null
  return { contactId, phone, name: text(item.name) }
}

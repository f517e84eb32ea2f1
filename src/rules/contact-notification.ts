import type { FactBodies } from '../flows/facts.ts'
import { type Fields, fields, id, text } from './narrow.ts'

/** Made by the bridge for a number it did not know (flows/resolve-contact.ts). */
const OURS = /^sms:/

type ContactKind = 'contact.changed' | 'contact.detached' | 'contact.created'

/** `key` is the same whenever the same notification comes again. */
export type ContactFact = {
  [Kind in ContactKind]: { kind: Kind; key: string; body: FactBodies[Kind] }
}[ContactKind]

/**
 * What a verified Intercom notification tells of contacts: these have shapes of their own. `contact.merged` was captured
 * without the contact that is gone, which the documentation promises; then it is found out when it is next asked for.
 * https://developers.intercom.com/docs/references/webhooks/webhook-models
 */
export function readContactNotification(payload: unknown): ContactFact[] {
  const envelope = fields(payload)
  const item = fields(fields(envelope.data).item)
  const notificationId = id(envelope.id)
  if (notificationId === null) return []
  switch (text(envelope.topic)) {
    case 'contact.created':
    case 'contact.user.created':
    case 'contact.lead.created':
      return created(item)
    case 'contact.archived':
      return gone('archived', item, notificationId)
    case 'contact.deleted':
      return gone('deleted', item, notificationId)
    case 'contact.merged':
      return merged(item, notificationId)
    case 'conversation.contact.detached':
      return detached(item, notificationId)
    default:
      return []
  }
}

/** One with a phone number that the bridge did not make: once for good, however often it is told. */
function created(item: Fields): ContactFact[] {
  const contactId = id(item.id)
  // "" for a phone that was removed.
  const phone = text(item.phone)
  if (item.type !== 'contact' || contactId === null || phone === null) return []
  if (OURS.test(text(item.external_id) ?? '')) return []
  const body = { contactId, phone, name: text(item.name) }
  return [{ kind: 'contact.created', key: `contact:created:${contactId}`, body }]
}

function gone(change: 'archived' | 'deleted', item: Fields, notificationId: string): ContactFact[] {
  const contactId = id(item.id)
  if (contactId === null) return []
  return [{ kind: 'contact.changed', key: `contact:${change}:${notificationId}`, body: { change, contactId } }]
}

function merged(item: Fields, notificationId: string): ContactFact[] {
  const into = id(item.id)
  const contactId = id(fields(item.merged_from).id)
  if (into === null || contactId === null) return []
  const body = { change: 'merged', contactId, into } as const
  return [{ kind: 'contact.changed', key: `contact:merged:${notificationId}`, body }]
}

/** The conversation comes as Intercom keeps it inside, its id as a number. */
function detached(item: Fields, notificationId: string): ContactFact[] {
  const conversationId = id(fields(fields(item.conversation).model).id)
  const contactId = id(fields(item.contact).id)
  if (conversationId === null || contactId === null) return []
  return [{ kind: 'contact.detached', key: `detached:${notificationId}`, body: { conversationId, contactId } }]
}

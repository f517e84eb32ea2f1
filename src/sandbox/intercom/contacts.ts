import { randomUUID } from 'node:crypto'
import type { Answer, Route } from '../http.ts'
import { search } from './search.ts'
import { contactShape, formattedPhone } from './shapes.ts'
import { type Contact, newContactId, property, refuse, seconds, text, type World } from './world.ts'

const userNotFound = () => refuse(404, 'not_found', 'User Not Found')

/** Contacts: https://developers.intercom.com/docs/references/rest-api/api.intercom.io/contacts */
export function contactRoutes(world: World): Route[] {
  const show = (contact: Contact): Answer => ({ status: 200, body: contactShape(world, contact) })
  const withContact = (run: (contact: Contact, body: unknown) => Answer): Route['handle'] => {
    return ({ body }, id) => {
      const contact = world.contacts.find((candidate) => candidate.id === id)
      return missing(contact) ?? (contact ? run(contact, body) : userNotFound())
    }
  }
  const one = /^\/contacts\/([0-9a-f]{24})$/
  return [
    { method: 'POST', path: /^\/contacts$/, handle: ({ body }) => create(world, body) },
    { method: 'POST', path: /^\/contacts\/search$/, handle: ({ body }) => searchContacts(world, body) },
    { method: 'POST', path: /^\/contacts\/merge$/, handle: ({ body }) => mergeRequest(world, body) },
    { method: 'GET', path: one, handle: withContact(show) },
    { method: 'PUT', path: one, handle: withContact((contact, body) => update(world, contact, body)) },
    {
      method: 'DELETE',
      path: one,
      handle: withContact((contact) => {
        contact.deleted = true
        world.emit('contact.deleted', { ...identity(contact), deleted: true })
        return { status: 200, body: { ...identity(contact), deleted: true } }
      }),
    },
    {
      method: 'GET',
      path: /^\/contacts\/find_by_external_id\/(.+)$/,
      handle: (_request, externalId) => {
        const contact = world.contacts.find(
          (candidate) => candidate.role === 'user' && !candidate.deleted && candidate.externalId === externalId,
        )
        return missing(contact) ?? (contact ? show(contact) : userNotFound())
      },
    },
    {
      method: 'POST',
      path: /^\/contacts\/([0-9a-f]{24})\/archive$/,
      handle: withContact((contact) => {
        archive(world, contact)
        return { status: 200, body: { ...identity(contact), archived: true } }
      }),
    },
    {
      method: 'POST',
      path: /^\/contacts\/([0-9a-f]{24})\/unarchive$/,
      handle: (_request, id) =>
        unarchive(
          world,
          world.contacts.find((candidate) => candidate.id === id),
        ),
    },
  ]
}

/** Why a contact cannot be read: 410 when it was merged into another one, 404 when it is archived or deleted. */
function missing(contact: Contact | undefined): Answer | null {
  if (contact?.mergedInto) {
    const link = { link: `</contacts/${contact.mergedInto}>; rel="canonical"` }
    const sentence = "This contact has been merged. See the 'Link' header for the canonical contact."
    return refuse(410, 'contact_merged', sentence, link)
  }
  return contact === undefined || contact.deleted || contact.archived ? userNotFound() : null
}

const identity = ({ id, externalId }: Contact) => ({ id, external_id: externalId, type: 'contact' })

export interface NewContact {
  role?: 'user' | 'lead'
  externalId?: string | null
  email?: string | null
  phone?: string | null
  name?: string | null
}

/** Adds a contact without any of the API's checks. */
export function addContact(world: World, wanted: NewContact): Contact {
  const now = world.now()
  const role = wanted.role ?? 'user'
  const contact: Contact = {
    id: newContactId(),
    role,
    externalId: role === 'lead' ? randomUUID() : (wanted.externalId ?? null),
    email: wanted.email ?? null,
    phone: wanted.phone ?? null,
    name: wanted.name ?? null,
    customAttributes: {},
    archived: false,
    deleted: false,
    mergedInto: null,
    createdAt: now,
    updatedAt: now,
    lastRepliedAt: null,
    lastContactedAt: null,
  }
  world.contacts.push(contact)
  world.emit(`contact.${role}.created`, contactShape(world, contact, 'iso'))
  world.changes.changed()
  return contact
}

function create(world: World, body: unknown): Answer {
  const externalId = text(body, 'external_id')
  const email = text(body, 'email')
  const role = text(body, 'role') ?? 'user'
  if (role !== 'user' && role !== 'lead') return refuse(400, 'parameter_invalid', 'role must be user or lead')
  if (role === 'user' && externalId === undefined && email === undefined) {
    return refuse(400, 'parameter_not_found', 'A user needs an email or an external_id')
  }
  const unknown = unknownAttribute(world, body)
  if (unknown) return unknown
  const twin = role === 'user' ? world.contacts.find((contact) => conflicts(contact, externalId, email)) : undefined
  if (twin) {
    const kind = twin.archived || twin.mergedInto ? 'An archived contact' : 'A contact'
    return refuse(409, 'conflict', `${kind} matching those details already exists with id=${twin.id}`)
  }
  const [phone, name] = [text(body, 'phone'), text(body, 'name')]
  const contact = addContact(world, {
    role,
    externalId: externalId ?? null,
    email: email ?? null,
    phone: phone ?? null,
    name: name ?? null,
  })
  Object.assign(contact.customAttributes, property(body, 'custom_attributes'))
  return { status: 200, body: contactShape(world, contact) }
}

const conflicts = (contact: Contact, externalId: string | undefined, email: string | undefined) =>
  contact.role === 'user' &&
  !contact.deleted &&
  ((externalId !== undefined && contact.externalId === externalId) ||
    (email !== undefined && contact.email === email && contact.mergedInto === null))

function update(world: World, contact: Contact, body: unknown): Answer {
  const unknown = unknownAttribute(world, body)
  if (unknown) return unknown
  for (const name of ['phone', 'name', 'email'] as const) {
    if (property(body, name) !== undefined) contact[name] = text(body, name) ?? ''
  }
  const externalId = text(body, 'external_id')
  if (externalId !== undefined) contact.externalId = externalId
  if (text(body, 'role') === 'user') contact.role = 'user'
  Object.assign(contact.customAttributes, property(body, 'custom_attributes'))
  contact.updatedAt = world.now()
  world.emit(`contact.${contact.role}.updated`, contactShape(world, contact, 'iso'))
  return { status: 200, body: contactShape(world, contact) }
}

function unknownAttribute(world: World, body: unknown): Answer | null {
  const known = world.dataAttributes.filter(({ model }) => model === 'contact').map(({ name }) => name)
  const name = Object.keys(property(body, 'custom_attributes') ?? {}).find((wanted) => !known.includes(wanted))
  return name === undefined ? null : refuse(400, 'parameter_invalid', `Custom attribute '${name}' does not exist`)
}

export function archive(world: World, contact: Contact): void {
  contact.archived = true
  contact.updatedAt = world.now()
  world.emit('contact.archived', { ...identity(contact), archived: true })
  world.changes.changed()
}

function unarchive(world: World, contact: Contact | undefined): Answer {
  if (!contact || contact.deleted) return userNotFound()
  if (contact.mergedInto) return refuse(400, 'bad_request', 'User has been merged and is not restorable')
  contact.archived = false
  world.emit('contact.unarchive', { ...identity(contact), archived: false })
  return { status: 200, body: { ...identity(contact), archived: false } }
}

function mergeRequest(world: World, body: unknown): Answer {
  const find = (id: string | undefined) => world.contacts.find((contact) => contact.id === id && !missing(contact))
  const [from, into] = [find(text(body, 'from')), find(text(body, 'into'))]
  if (!from || !into) return userNotFound()
  if (from.role !== 'lead' || into.role !== 'user') {
    return refuse(400, 'parameter_invalid', 'Only a lead can be merged into a user')
  }
  const duplicates = (from.phone && from.phone === into.phone) || (from.email && from.email === into.email)
  if (!duplicates && property(body, 'skip_duplicate_validation') !== true) {
    return refuse(
      400,
      'invalid_merge',
      'Contacts can only be merged when they are duplicates (matching email or phone)',
    )
  }
  merge(world, from, into)
  return { status: 200, body: contactShape(world, into) }
}

/** `from` is gone for good; its conversations belong to `into`. */
export function merge(world: World, from: Contact, into: Contact): void {
  from.mergedInto = into.id
  into.phone ??= from.phone
  into.updatedAt = world.now()
  for (const conversation of world.conversations) {
    conversation.contactIds = [...new Set(conversation.contactIds.map((id) => (id === from.id ? into.id : id)))]
  }
  world.emit('contact.merged', contactShape(world, into, 'iso'))
  world.changes.changed()
}

const FIELDS: Record<string, (contact: Contact) => unknown> = {
  id: ({ id }) => id,
  role: ({ role }) => role,
  name: ({ name }) => name,
  email: ({ email }) => email,
  phone: ({ phone }) => phone,
  formatted_phone: formattedPhone,
  external_id: ({ externalId }) => externalId,
  created_at: ({ createdAt }) => seconds(createdAt),
  updated_at: ({ updatedAt }) => seconds(updatedAt),
}

function searchContacts(world: World, body: unknown): Answer {
  const visible = world.contacts.filter(
    (contact) => missing(contact) === null && contact.createdAt + world.searchLagMs <= world.now(),
  )
  const read = (contact: Contact, field: string) =>
    field.startsWith('custom_attributes.')
      ? (contact.customAttributes[field.slice('custom_attributes.'.length)] ?? null)
      : FIELDS[field]?.(contact)
  const found = search({ read, dates: ['created_at', 'updated_at'], wholeDays: true }, visible, body, 50)
  if ('status' in found) return found
  const data = found.records.map((contact) => contactShape(world, contact))
  return { status: 200, body: { type: 'list', data, total_count: found.total, pages: found.pages } }
}

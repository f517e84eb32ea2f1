import { VendorError } from '../errors.ts'
import type { Intercom, IntercomContact, NewContact } from '../flows/ports.ts'
import { anything, contact, contactList } from './answers.ts'
import { attributeSetter } from './attribute-setter.ts'
import type { Call } from './session.ts'

type Contacts = Pick<
  Intercom,
  'findContactByExternalId' | 'searchContacts' | 'createContact' | 'setContactAttributes' | 'getContact'
>

const FIND = { doing: 'find the contact', repeatable: true }
const SEARCH = { doing: 'search the contacts', repeatable: true }
const CREATE = { doing: 'create the contact', repeatable: false }
const UNARCHIVE = { doing: 'bring back the archived contact', repeatable: true }
const UPDATE = { doing: 'update the contact', repeatable: false }
const CREATE_ATTRIBUTE = { doing: 'create the contact attribute', repeatable: true }

/** A merged contact may itself have been merged again. */
const MAX_MERGES = 3

export function contactCalls(call: Call): Contacts {
  return {
    findContactByExternalId: (externalId) => findByExternalId(call, externalId),
    searchContacts: (query) => search(call, query),
    createContact: (wanted) => create(call, wanted),
    getContact: (id) => nullIfUnknown(fetchContact(call, id)),
    setContactAttributes: attributeSetter({
      update: (id, attributes) =>
        call(UPDATE, anything, (sdk) => sdk.contacts.update({ contact_id: id, custom_attributes: attributes })),
      isUnknown: isUnknownAttribute,
      create: (name, value) => createAttribute(call, name, value),
    }),
  }
}

/** https://developers.intercom.com/docs/references/rest-api/api.intercom.io/contacts/showcontactbyexternalid */
async function findByExternalId(call: Call, externalId: string): Promise<IntercomContact | null> {
  try {
    return await call(FIND, contact, (sdk) => sdk.contacts.showContactByExternalId({ external_id: externalId }))
  } catch (error) {
    if (!(error instanceof VendorError)) throw error
    if (error.status === 404) return null
    if (error.code === 'contact_merged' && error.contactId) return fetchContact(call, error.contactId)
    throw error
  }
}

async function nullIfUnknown(contact: Promise<IntercomContact>): Promise<IntercomContact | null> {
  try {
    return await contact
  } catch (error) {
    if (error instanceof VendorError && error.status === 404) return null
    throw error
  }
}

async function fetchContact(call: Call, id: string, mergesLeft = MAX_MERGES): Promise<IntercomContact> {
  try {
    return await call(FIND, contact, (sdk) => sdk.contacts.find({ contact_id: id }))
  } catch (error) {
    const heir = error instanceof VendorError && error.code === 'contact_merged' ? error.contactId : undefined
    if (heir === undefined || mergesLeft === 0) throw error
    return fetchContact(call, heir, mergesLeft - 1)
  }
}

/** https://developers.intercom.com/docs/references/rest-api/api.intercom.io/contacts/searchcontacts */
async function search(call: Call, query: { phones: string[]; name?: string }): Promise<IntercomContact[]> {
  const { phones, name } = query
  const filters = [
    { field: 'phone', operator: 'IN' as const, value: phones },
    { field: 'formatted_phone', operator: 'IN' as const, value: phones },
  ].filter(() => phones.length > 0)
  const value = name === undefined ? filters : [...filters, { field: 'name', operator: '=' as const, value: name }]
  return call(SEARCH, contactList, async (sdk) => {
    const page = await sdk.contacts.search({ query: { operator: 'OR', value } })
    return page.response
  })
}

/**
 * A duplicate is answered with 409 and the id of the existing contact, which may be archived, which may be merged.
 * https://developers.intercom.com/docs/references/2.1/rest-api/contacts/create-contact
 */
async function create(call: Call, wanted: NewContact): Promise<IntercomContact> {
  try {
    return await call(CREATE, contact, (sdk) =>
      sdk.contacts.create({
        role: wanted.role,
        external_id: wanted.externalId,
        phone: wanted.phone,
        name: wanted.name,
      }),
    )
  } catch (error) {
    if (!(error instanceof VendorError) || error.contactId === undefined) throw error
    if (error.code === 'contact_archived') await unarchive(call, error.contactId)
    return fetchContact(call, error.contactId)
  }
}

/** "User has been merged and is not restorable" is no obstacle: fetching the contact then leads to the surviving one. */
async function unarchive(call: Call, id: string): Promise<void> {
  try {
    await call(UNARCHIVE, anything, (sdk) => sdk.contacts.unarchive({ contact_id: id }))
  } catch (error) {
    const merged = error instanceof VendorError && (error.status === 400 || error.status === 410)
    if (!merged) throw error
  }
}

function isUnknownAttribute({ status, code }: VendorError): boolean {
  return status === 400 && (code === 'parameter_invalid' || code === 'parameter_not_found')
}

/** https://developers.intercom.com/docs/references/rest-api/api.intercom.io/data-attributes/createdataattribute */
async function createAttribute(call: Call, name: string, value: string | boolean | number): Promise<void> {
  // Held in a variable, since the SDK's type knows neither `name` nor `model`, which Intercom requires.
  const request = { name, model: 'contact', data_type: dataType(name, value) }
  await call(CREATE_ATTRIBUTE, anything, (sdk) => sdk.dataAttributes.create(request))
}

/** Intercom shows numbers as times in attributes of type datetime, which by its convention are named `…_at`. */
function dataType(
  name: string,
  value: string | boolean | number,
): 'boolean' | 'string' | 'datetime' | 'integer' | 'float' {
  if (typeof value === 'boolean') return 'boolean'
  if (typeof value === 'string') return 'string'
  if (name.endsWith('_at')) return 'datetime'
  return Number.isInteger(value) ? 'integer' : 'float'
}

import { describe, expect, test } from '@jest/globals'
import { answer, expectValid, onlyPreparedAnswers } from './api.ts'
import { contactJson, errorList, failure, intercom, MARIA } from './helpers.ts'

const HEIR = '6762f1571bb69f9f2193cccc'
const PHONE = '+12025550123'
const merged = errorList('contact_merged', 'This contact has been merged.')
const linkTo = (id: string) => ({ link: `</contacts/${id}>; rel="canonical"` })

onlyPreparedAnswers()

describe('a contact by external id', () => {
  const path = `/contacts/find_by_external_id/${encodeURIComponent('sms:+12025550123')}`
  const find = () => intercom().findContactByExternalId('sms:+12025550123')

  test('is found', async () => {
    answer('GET', path, 200, contactJson())
    expect(await find()).toEqual({
      id: MARIA,
      role: 'user',
      name: 'Maria',
      phone: PHONE,
      lastActivityAt: 1_734_537_200_000,
    })
  })

  test('is null when there is none', async () => {
    answer('GET', path, 404, errorList('not_found', 'User Not Found'))
    expect(await find()).toBeNull()
  })

  test('is the surviving one when it was merged, and merged again', async () => {
    answer('GET', path, 410, merged, linkTo(MARIA))
    answer('GET', `/contacts/${MARIA}`, 410, merged, linkTo(HEIR))
    answer('GET', `/contacts/${HEIR}`, 200, contactJson({ id: HEIR }))
    expect(await find()).toMatchObject({ id: HEIR })
  })

  test('is an error when the surviving one is not named', async () => {
    answer('GET', path, 410, merged)
    expect(await failure(find())).toMatchObject({ code: 'contact_merged', permanent: true, contactId: undefined })
  })

  test('does not follow contacts merged in a circle for ever', async () => {
    answer('GET', path, 410, merged, linkTo(MARIA))
    for (let i = 0; i < 4; i++) answer('GET', `/contacts/${MARIA}`, 410, merged, linkTo(MARIA))
    expect(await failure(find())).toMatchObject({ code: 'contact_merged' })
  })
})

describe('a search for contacts', () => {
  const list = (...data: unknown[]) => ({ type: 'list', data, total_count: data.length, pages: { type: 'pages' } })

  test('is one request for all forms of the phone and the name', async () => {
    const sent = answer('POST', '/contacts/search', 200, list(contactJson(), contactJson({ id: HEIR, role: 'lead' })))
    const found = await intercom().searchContacts({ phones: [PHONE, '12025550123'], name: 'Maria' })
    expect(found.map(({ id, role }) => [id, role])).toEqual([
      [MARIA, 'user'],
      [HEIR, 'lead'],
    ])
    expectValid(sent, '/contacts/search')
    expect(sent[0]?.body).toEqual({
      query: {
        operator: 'OR',
        value: [
          { field: 'phone', operator: 'IN', value: [PHONE, '12025550123'] },
          { field: 'formatted_phone', operator: 'IN', value: [PHONE, '12025550123'] },
          { field: 'name', operator: '=', value: 'Maria' },
        ],
      },
    })
  })

  test('asks by name alone where there is no phone', async () => {
    const sent = answer('POST', '/contacts/search', 200, list())
    expect(await intercom().searchContacts({ phones: [], name: 'SUPPORT' })).toEqual([])
    expectValid(sent, '/contacts/search')
  })

  test.each([
    ['a removed phone, which reads ""', { phone: '' }, { phone: null }],
    ['a phone never set', { phone: null }, { phone: null }],
    ['no activity at all', { created_at: null, updated_at: null, last_replied_at: null }, { lastActivityAt: 0 }],
    ['no name', { name: null }, { name: null }],
  ])('reads %s', async (_, over, expected) => {
    answer('POST', '/contacts/search', 200, list(contactJson(over)))
    expect(await intercom().searchContacts({ phones: [PHONE] })).toEqual([expect.objectContaining(expected)])
  })
})

describe('creating a contact', () => {
  const wanted = { role: 'user' as const, externalId: 'sms:+12025550123', phone: PHONE, name: 'Maria' }
  const exists = errorList('conflict', `A contact matching those details already exists with id=${MARIA}`)
  const archived = errorList('conflict', `An archived contact matching those details already exists with id=${MARIA}`)

  test('sends what Intercom documents', async () => {
    const sent = answer('POST', '/contacts', 200, contactJson())
    expect(await intercom().createContact(wanted)).toMatchObject({ id: MARIA })
    expectValid(sent, '/contacts')
    expect(sent[0]?.body).toEqual({ role: 'user', external_id: 'sms:+12025550123', phone: PHONE, name: 'Maria' })
  })

  test('sends a lead without what is not known', async () => {
    const sent = answer('POST', '/contacts', 200, contactJson({ role: 'lead' }))
    await intercom().createContact({ role: 'lead', phone: PHONE })
    expectValid(sent, '/contacts')
    expect(sent[0]?.body).toEqual({ role: 'lead', phone: PHONE })
  })

  test('answers the one that exists', async () => {
    answer('POST', '/contacts', 409, exists)
    answer('GET', `/contacts/${MARIA}`, 200, contactJson())
    expect(await intercom().createContact(wanted)).toMatchObject({ id: MARIA })
  })

  test('brings back an archived one', async () => {
    answer('POST', '/contacts', 409, archived)
    answer('POST', `/contacts/${MARIA}/unarchive`, 200, { id: MARIA, type: 'contact', archived: false })
    answer('GET', `/contacts/${MARIA}`, 200, contactJson())
    expect(await intercom().createContact(wanted)).toMatchObject({ id: MARIA })
  })

  test.each([
    [400, errorList('bad_request', 'User has been merged and is not restorable')],
    [410, merged],
  ])('answers the surviving contact when unarchiving says %i: merged', async (status, body) => {
    answer('POST', '/contacts', 409, archived)
    answer('POST', `/contacts/${MARIA}/unarchive`, status, body)
    answer('GET', `/contacts/${MARIA}`, 410, merged, linkTo(HEIR))
    answer('GET', `/contacts/${HEIR}`, 200, contactJson({ id: HEIR }))
    expect(await intercom().createContact(wanted)).toMatchObject({ id: HEIR })
  })

  test('fails when an archived one may not be brought back', async () => {
    answer('POST', '/contacts', 409, archived)
    answer('POST', `/contacts/${MARIA}/unarchive`, 403, errorList('forbidden', 'no'))
    expect(await failure(intercom().createContact(wanted))).toMatchObject({ status: 403, permanent: true })
  })

  test('fails when the message of the conflict names no id', async () => {
    answer('POST', '/contacts', 409, errorList('conflict', 'A contact matching those details already exists'))
    expect(await failure(intercom().createContact(wanted))).toMatchObject({ code: 'contact_exists', permanent: true })
  })
})

describe('contact attributes', () => {
  const path = `/contacts/${MARIA}`
  const unknown = errorList('parameter_invalid', "Custom attribute 'last_sms_sid' does not exist")

  test('are set', async () => {
    const sent = answer('PUT', path, 200, contactJson())
    await intercom().setContactAttributes(MARIA, { last_sms_sid: 'SM1', sms_opted_out: false })
    expectValid(sent, '/contacts/{contact_id}')
    expect(sent[0]?.body).toEqual({ custom_attributes: { last_sms_sid: 'SM1', sms_opted_out: false } })
  })

  test.each([
    ['last_sms_sid', 'SM1', 'string'],
    ['sms_opted_out', true, 'boolean'],
    ['sms_opted_out_at', 1_734_537_000, 'datetime'],
    ['sms_count', 3, 'integer'],
    ['sms_cost', 0.5, 'float'],
  ])('are created where Intercom does not know them: %s', async (name, value, data_type) => {
    answer('PUT', path, 400, unknown)
    const created = answer('POST', '/data_attributes', 200, { type: 'data_attribute', name })
    answer('PUT', path, 200, contactJson())
    await intercom().setContactAttributes(MARIA, { [name]: value })
    expectValid(created, '/data_attributes')
    expect(created[0]?.body).toEqual({ name, model: 'contact', data_type })
  })

  test('that exist already are no obstacle', async () => {
    answer('PUT', path, 400, unknown)
    answer('POST', '/data_attributes', 400, errorList('parameter_invalid', 'You already have it'))
    answer('PUT', path, 200, contactJson())
    await intercom().setContactAttributes(MARIA, { last_sms_sid: 'SM1' })
  })

  test('are not created a second time when they are refused for another reason', async () => {
    const client = intercom()
    answer('PUT', path, 400, unknown)
    answer('POST', '/data_attributes', 200, { type: 'data_attribute' })
    answer('PUT', path, 200, contactJson())
    await client.setContactAttributes(MARIA, { last_sms_sid: 'SM1' })
    answer('PUT', path, 400, errorList('parameter_invalid', 'too long'))
    expect(await failure(client.setContactAttributes(MARIA, { last_sms_sid: 'SM2' }))).toMatchObject({
      permanent: true,
    })
  })
})

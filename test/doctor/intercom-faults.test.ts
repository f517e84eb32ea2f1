import { expect, test } from '@jest/globals'
import type { Config } from '../../src/config/types.ts'
import { clinic } from './clinic.ts'
import { diagnoses, intercomTold, type Plant, told } from './diagnosis.ts'

const behaves = (more: Partial<Config['behaviour']>) =>
  told(({ behaviour }) => ({ behaviour: { ...behaviour, ...more } }))

const refuses =
  (path: RegExp, status: number, code: string): Plant =>
  ({ intercom }) => {
    const body = { type: 'error.list', errors: [{ code, message: 'no' }] }
    intercom.faults.add({ act: false, times: Number.POSITIVE_INFINITY, path, answer: { status, body } })
  }

/** A person deletes it in Intercom. */
const without =
  (kind: 'tags' | 'dataAttributes', name: string): Plant =>
  ({ intercom }) => {
    const list = intercom[kind] as readonly { name: string }[] as { name: string }[]
    list.splice(
      list.findIndex((one) => one.name === name),
      1,
    )
  }

const asWords: Plant = ({ intercom }) =>
  Object.assign(intercom.dataAttributes.find(({ name }) => name === 'sms_opted_out') ?? {}, { dataType: 'string' })

// biome-ignore lint/suspicious/noThenProperty: the word of the behaviour file; this object is never awaited
const TO_SUPPORT = { when: {}, then: { team: 'Support' } }

diagnoses([
  [
    'the access token is wrong',
    intercomTold({ accessToken: 'wrong' }),
    'fail  intercom.token',
    /refuses INTERCOM_ACCESS_TOKEN \(HTTP 401\).*Authentication/,
  ],
  ['the region is wrong', intercomTold({ region: 'eu' }), 'fail  intercom.region', /is eu.*Set INTERCOM_REGION=us/],
  [
    'Intercom serves the API version no more',
    refuses(/^\//, 400, 'intercom_version_invalid'),
    'fail  intercom.version',
    /does not serve API version 2\.16.*Update the bridge/,
  ],
  [
    'the token may not read conversations',
    refuses(/^\/conversations\/search/, 403, 'forbidden'),
    'fail  intercom.scopes Read conversations',
    /lacks the permission "Read conversations".*Tick it/,
  ],
  [
    'the token may not read tags',
    refuses(/^\/tags/, 403, 'forbidden'),
    'fail  intercom.scopes Read tags',
    /lacks the permission "Read tags".*renewed token/,
  ],
  [
    'Intercom cannot be reached',
    ({ intercom }) => Object.assign(intercom, { down: true }),
    'fail  intercom.reachable',
    /Intercom does not answer \(.*INTERCOM_API_URL/,
  ],
  [
    'the admin id is nobody’s',
    intercomTold({ adminId: '4711' }),
    'fail  intercom.admin',
    /4711.*remove it: then it is 100/,
  ],
  ['the tag is missing', without('tags', 'sms-channel'), 'warn  intercom.tag', /no tag sms-channel.*--fix/],
  [
    'a contact attribute is missing',
    without('dataAttributes', 'sms_opted_out'),
    'warn  intercom.contact-attributes',
    /sms_opted_out \(boolean\)\. .*--fix/,
  ],
  [
    'a conversation attribute is missing',
    without('dataAttributes', 'sms_place'),
    'warn  intercom.conversation-attributes',
    /sms_place \(string\)\. .*--fix/,
  ],
  [
    'an attribute has another type',
    asWords,
    'fail  intercom.contact-attributes sms_opted_out',
    /is of the type string.*Archive or rename/,
  ],
  [
    'a rule names an unknown team',
    behaves({ routing: [TO_SUPPORT] }),
    'fail  intercom.assignees',
    /routing\[0\]\.then\.team of the.*"Support".*Sales \(7\).*Correct/,
  ],
])

test('doctor --fix makes the tag and the attributes that are missing', async () => {
  const here = await clinic()
  await without('tags', 'sms-channel')(here)
  await without('dataAttributes', 'sms_opted_out_at')(here)
  await without('dataAttributes', 'sms_earlier_conversations')(here)
  await here.fix()
  expect(here.intercom.tags.map(({ name }) => name)).toEqual(['sms-channel'])
  expect(here.intercom.dataAttributes.slice(-2)).toMatchObject([
    { name: 'sms_opted_out_at', model: 'contact', dataType: 'datetime' },
    { name: 'sms_earlier_conversations', model: 'conversation', dataType: 'integer' },
  ])
})

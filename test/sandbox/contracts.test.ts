import { describe, expect, test } from '@jest/globals'
import { Ajv } from 'ajv'
import { startIntercom } from '../../src/sandbox/intercom-server.ts'
import { startTwilio } from '../../src/sandbox/twilio-server.ts'
import { readSpec } from '../support/contracts.ts'

const ACCOUNT = `AC${'a'.repeat(32)}`
const MARIA = '+12025550123'
const OURS = '+12025550100'

// The answers are checked against the schemas, so their shape is not known beforehand.
const readJson = async (answer: Response) => JSON.parse(await answer.text())

/** What is wrong with `value` as the named schema of an OpenAPI file. */
function checker(spec: object) {
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true })
  ajv.addSchema(spec, 'spec')
  return (name: string, value: unknown) => {
    const valid = ajv.validate({ $ref: `spec#/components/schemas/${name}` }, value)
    return valid ? [] : (ajv.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
  }
}

const twilioSpec = readSpec('twilio-api-v2010')
const intercomSpec = readSpec('intercom-openapi')

describe("the stand-ins' answers are what the vendors' OpenAPI files say", () => {
  if (twilioSpec) {
    test('at Twilio', async () => {
      const check = checker(twilioSpec)
      const standIn = await startTwilio({ accountSid: ACCOUNT, authToken: 'token', numbers: [OURS] })
      const authorization = `Basic ${Buffer.from(`${ACCOUNT}:token`).toString('base64')}`
      const get = async (path: string, body?: URLSearchParams) => {
        const init = body ? { method: 'POST', body } : {}
        return readJson(await fetch(standIn.url + path, { headers: { authorization }, ...init }))
      }
      const base = `/2010-04-01/Accounts/${ACCOUNT}`
      const sent = await get(`${base}/Messages.json`, new URLSearchParams({ From: OURS, To: MARIA, Body: 'Hi' }))
      const media = [{ contentType: 'image/png', data: Buffer.from('x') }]
      const { sid } = await standIn.text({ from: MARIA, to: OURS, body: '', media, webhook: false })
      const { messages } = await get(`${base}/Messages.json`)
      const { media_list } = await get(`${base}/Messages/${sid}/Media.json`)
      // Twilio answers "" where none is set, although the file does not allow that.
      const SmsApplicationSid = `AP${'a'.repeat(32)}`
      const number = `${base}/IncomingPhoneNumbers/${standIn.phoneNumbers[0]?.sid}.json`
      await get(number, new URLSearchParams({ SmsApplicationSid }))
      const { incoming_phone_numbers } = await get(`${base}/IncomingPhoneNumbers.json`)
      await standIn.close()
      for (const message of [sent, ...messages]) expect(check('api.v2010.account.message', message)).toEqual([])
      expect(check('api.v2010.account.message.media', media_list[0])).toEqual([])
      expect(check('api.v2010.account.incoming_phone_number', incoming_phone_numbers[0])).toEqual([])
    })
  }

  if (intercomSpec) {
    test('at Intercom', async () => {
      const check = checker(intercomSpec)
      const admins = [{ id: '100', name: 'Sam Stone' }]
      const standIn = await startIntercom({ accessToken: 't', clientSecret: 's', appId: 'abc123def', admins })
      const call = async (method: string, path: string, body?: unknown) => {
        const headers = { authorization: 'Bearer t', 'content-type': 'application/json' }
        const init = body === undefined ? {} : { body: JSON.stringify(body) }
        return readJson(await fetch(standIn.url + path, { method, headers, ...init }))
      }
      const contact = await call('POST', '/contacts', { email: 'maria@example.com', phone: MARIA })
      const from = { type: 'user', id: contact.id }
      const opened = await call('POST', '/conversations', { from, body: 'Hi' })
      standIn.agent.reply(opened.conversation_id, 'Hello')
      const query = { query: { field: 'phone', operator: '=', value: MARIA } }
      const found = await call('POST', '/contacts/search', query)
      const conversations = await call('POST', '/conversations/search', {
        query: { field: 'contact_ids', operator: '=', value: contact.id },
      })
      const conversation = await call('GET', `/conversations/${opened.conversation_id}`)
      const tag = await call('POST', '/tags', { name: 'sms-channel' })
      const attribute = await call('POST', '/data_attributes', { name: 'a', model: 'contact', data_type: 'string' })
      await call('POST', '/conversations/attributes', { name: 'sms_place', data_type: 'string' })
      const attributes = await call('GET', '/conversations/attributes')
      const me = await call('GET', '/me')
      const refusal = await call('GET', '/nothing')
      await standIn.close()
      const answers = {
        contact,
        contact_list: found,
        message: opened,
        conversation,
        conversation_list: conversations,
        tag,
        data_attribute: attribute,
        conversation_attribute_list: attributes,
        admin_with_app: me,
        error: refusal,
      }
      // Captured payloads say `not_priority`, and null where no team is assigned; the file allows neither.
      const captured = /\/(priority|team_assignee_id) must/
      const faults = Object.entries(answers).flatMap(([name, answer]) =>
        check(name, answer).map((fault) => `${name}${fault}`),
      )
      expect(faults.filter((fault) => !captured.test(fault))).toEqual([])
    })
  }

  test('as far as the files are at hand', () => expect(Boolean(twilioSpec)).toBe(Boolean(intercomSpec)))
})

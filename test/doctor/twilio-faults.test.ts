import { expect, test } from '@jest/globals'
import { SUPPORT } from '../support/world.ts'
import { type Clinic, clinic, SERVICE, TOLL_FREE } from './clinic.ts'
import { diagnoses, type Plant, twilioTold } from './diagnosis.ts'

/** What is behind its `?` is nobody's business. */
const ELSEWHERE = 'https://old.example/sms?key=secret'
const WEBHOOK = `webhook ${SUPPORT}`
const REGISTRATION = `registration ${SUPPORT}`
const KEY = `SK${'b'.repeat(32)}`

const hookOf = ({ config }: Clinic) => `${config.publicUrl}/webhooks/twilio/inbound`
const number =
  (more: object): Plant =>
  ({ twilio }) =>
    Object.assign(twilio.phoneNumbers[0] ?? {}, more)
const service =
  (more: object): Plant =>
  ({ twilio }) =>
    Object.assign(twilio.service ?? {}, { useInboundWebhookOnNumber: false, ...more })
const account =
  (more: object): Plant =>
  ({ twilio }) =>
    Object.assign(twilio.account, more)

diagnoses([
  [
    'the Auth Token is wrong',
    twilioTold({ authTokens: ['wrong'] }),
    'fail  twilio.credentials',
    /the token is wrong.*Copy both from https:\/\/console\.twilio/,
  ],
  [
    'the account is another one',
    twilioTold({ accountSid: `AC${'9'.repeat(32)}` }),
    'fail  twilio.credentials',
    /it belongs to another account.*Copy both/,
  ],
  [
    'the API key is wrong',
    twilioTold({ apiKey: { sid: KEY, secret: 'wrong' } }),
    'fail  twilio.api-key',
    /refuses TWILIO_API_KEY_SID.*Make a standard API key/,
  ],
  ['the account is suspended', account({ status: 'suspended' }), 'fail  twilio.account', /is suspended.*Billing/],
  ['the account is a trial', account({ type: 'Trial' }), 'warn  twilio.account', /verified numbers only.*Upgrade/],
  [
    'Twilio cannot be reached',
    ({ twilio }) => Object.assign(twilio, { down: true }),
    'fail  twilio.reachable',
    /Twilio does not answer \(.*TWILIO_API_URL/,
  ],
  ['no webhook is set', number({ smsUrl: '' }), `fail  ${WEBHOOK}`, /not_set: .*doctor -- --fix/],
  [
    'the webhook is on another URL',
    number({ smsUrl: ELSEWHERE }),
    `fail  ${WEBHOOK}`,
    /url_mismatch: .*old\.example\/sms, not.*A message comes in/,
  ],
  ['Twilio calls with GET', number({ smsMethod: 'GET' }), `fail  ${WEBHOOK}`, /wrong_method: .*GET.*HTTP POST/],
  ['there is no fallback', number({ smsFallbackUrl: '' }), `warn  ${WEBHOOK}`, /fallback_not_set: .*handler fails/],
  [
    'a TwiML app overrides the number',
    number({ smsApplicationSid: `AP${'c'.repeat(32)}` }),
    `fail  ${WEBHOOK}`,
    /overridden_by_application: .*APccc.*Take the app off/,
  ],
  [
    'a Messaging Service overrides the number',
    service({ inboundRequestUrl: ELSEWHERE }),
    `fail  ${WEBHOOK}`,
    /overridden_by_service: .*MGaaa.*old\.example.*Defer to sender/,
  ],
  [
    'a Messaging Service drops the texts',
    service({}),
    `fail  ${WEBHOOK}`,
    /overridden_by_service: .*drops.*Request URL/,
  ],
  [
    'a Messaging Service calls with GET',
    (here) => service({ inboundRequestUrl: hookOf(here), inboundMethod: 'GET' })(here),
    `fail  ${WEBHOOK}`,
    /wrong_method: .*MGaaa.*HTTP POST/,
  ],
  [
    'a Messaging Service has no fallback',
    (here) => service({ inboundRequestUrl: hookOf(here), fallbackUrl: null })(here),
    `warn  ${WEBHOOK}`,
    /fallback_not_set: .*MGaaa.*Fallback URL/,
  ],
  [
    'the number is not the account’s',
    twilioTold({ phoneNumbers: ['+12025550177'] }),
    'fail  webhook +12025550177',
    /not_owned: .*TWILIO_PHONE_NUMBERS/,
  ],
  [
    'no API tells where the texts go',
    twilioTold({ phoneNumbers: ['12345'] }),
    'warn  webhook 12345',
    /does not tell.*POST http.*\/webhooks\/twilio\/inbound/,
  ],
  [
    'the Messaging Service is not there',
    twilioTold({ messagingServiceSid: `MG${'f'.repeat(32)}` }),
    'fail  twilio.messaging-service',
    /no Messaging Service MGfff.*21705.*TWILIO_MESSAGING_SERVICE_SID/,
  ],
  [
    'the number is in no 10DLC campaign',
    service({ useInboundWebhookOnNumber: true, campaigns: [] }),
    `warn  ${REGISTRATION}`,
    /no A2P 10DLC campaign.*30034.*Register brand/,
  ],
  [
    'the 10DLC campaign was refused',
    service({ useInboundWebhookOnNumber: true, campaigns: ['FAILED'] }),
    `fail  ${REGISTRATION}`,
    /was refused.*Correct it/,
  ],
  [
    'the 10DLC campaign is being reviewed',
    service({ useInboundWebhookOnNumber: true, campaigns: ['IN_PROGRESS'] }),
    `warn  ${REGISTRATION}`,
    /being reviewed.*Wait/,
  ],
  [
    'a toll-free number is not verified',
    ({ twilio }) => twilio.tollFree.clear(),
    `fail  registration ${TOLL_FREE}`,
    /is not verified.*30032.*Submit/,
  ],
  [
    'the verification of a toll-free number was refused',
    ({ twilio }) => twilio.tollFree.set(TOLL_FREE, 'TWILIO_REJECTED'),
    `fail  registration ${TOLL_FREE}`,
    /was not verified \(TWILIO_REJECTED\).*correct/,
  ],
])

const goesTo = ({ twilio }: Clinic) => {
  const [one] = twilio.phoneNumbers
  const { inboundRequestUrl, useInboundWebhookOnNumber } = twilio.service ?? {}
  return useInboundWebhookOnNumber ? one?.smsUrl : inboundRequestUrl
}

test.each<[string, Plant]>([
  ['that is not set', number({ smsUrl: '' })],
  ['that points elsewhere', number({ smsUrl: ELSEWHERE, smsFallbackUrl: '' })],
  ['that is called with GET', number({ smsMethod: 'GET' })],
  ['that an app overrides', number({ smsApplicationSid: `AP${'c'.repeat(32)}` })],
  ['that a Messaging Service with no other numbers overrides', service({ inboundRequestUrl: ELSEWHERE })],
])('doctor --fix mends a webhook %s', async (_how, plant) => {
  const here = await clinic()
  await plant(here)
  await here.fix()
  expect(goesTo(here)).toBe(hookOf(here))
  expect((await here.look()).filter(({ status }) => status === 'fail')).toEqual([])
})

test('doctor --fix mends the fallback of a Messaging Service', async () => {
  const here = await clinic()
  await service({ inboundRequestUrl: hookOf(here), fallbackUrl: ELSEWHERE, fallbackMethod: 'GET' })(here)
  await here.fix()
  expect(here.twilio.service).toMatchObject({ fallbackUrl: hookOf(here), fallbackMethod: 'POST' })
  expect((await here.look()).find(({ name }) => name === WEBHOOK)?.status).toBe('ok')
})

test('doctor --fix leaves a Messaging Service alone that has other people’s numbers', async () => {
  const here = await clinic()
  twilioTold({ phoneNumbers: [SUPPORT] })(here)
  await service({ inboundRequestUrl: ELSEWHERE })(here)
  await here.fix()
  expect(goesTo(here)).toBe(ELSEWHERE)
  const found = (await here.look()).find(({ name }) => name === WEBHOOK)
  expect(found?.fix).toMatch(/^The service has other numbers than yours/)

  // Named in the settings it is ours, whoever else is in it.
  twilioTold({ messagingServiceSid: SERVICE })(here)
  await here.fix()
  expect(goesTo(here)).toBe(hookOf(here))
})

test('doctor --fix changes nothing that is right', async () => {
  const here = await clinic()
  const from = here.twilio.requests.length
  await here.fix()
  expect(here.twilio.requests.slice(from).filter(({ method }) => method !== 'GET')).toEqual([])
})

test('Twilio’s orders for a connection, behind a #, are no drift', async () => {
  const here = await clinic()
  await number({ smsUrl: `${hookOf(here)}#rc=2&rp=5xx` })(here)
  expect((await here.look()).find(({ name }) => name === WEBHOOK)?.status).toBe('ok')
})

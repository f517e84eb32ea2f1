import type { Route } from '../http.ts'
import { field, hexSid, notFound, type PhoneNumber, rfc2822, type Service, type World } from './world.ts'

/** Account, IncomingPhoneNumbers and the Messaging Service: what `setup` and `doctor` read and write. */
export function accountRoutes(world: World): Route[] {
  const oneNumber = /^\/2010-04-01\/Accounts\/AC\w+\/IncomingPhoneNumbers\/(PN\w+)\.json$/
  const findNumber = (sid: string) => world.phoneNumbers.find((number) => number.sid === sid)
  return [
    {
      method: 'GET',
      path: /^\/2010-04-01\/Accounts\/(AC\w+)\.json$/,
      handle: () => ({ status: 200, body: account(world) }),
    },
    {
      method: 'GET',
      path: /^\/2010-04-01\/Accounts\/AC\w+\/IncomingPhoneNumbers\.json$/,
      handle: ({ query }) => {
        const wanted = query.get('PhoneNumber')
        const found = world.phoneNumbers.filter(({ phoneNumber }) => wanted === null || phoneNumber.includes(wanted))
        const incoming_phone_numbers = found.map((number) => numberResource(world, number))
        return { status: 200, body: { incoming_phone_numbers, page: 0, page_size: 50, next_page_uri: null } }
      },
    },
    {
      method: 'GET',
      path: oneNumber,
      handle: (_request, sid = '') => {
        const number = findNumber(sid)
        return number ? { status: 200, body: numberResource(world, number) } : notFound()
      },
    },
    {
      method: 'POST',
      path: oneNumber,
      handle: ({ body }, sid = '') => {
        const number = findNumber(sid)
        if (!number) return notFound()
        number.smsUrl = field(body, 'SmsUrl') ?? number.smsUrl
        number.smsMethod = field(body, 'SmsMethod') ?? number.smsMethod
        number.smsFallbackUrl = field(body, 'SmsFallbackUrl') ?? number.smsFallbackUrl
        number.smsFallbackMethod = field(body, 'SmsFallbackMethod') ?? number.smsFallbackMethod
        number.smsApplicationSid = field(body, 'SmsApplicationSid') ?? number.smsApplicationSid
        return { status: 200, body: numberResource(world, number) }
      },
    },
    ...serviceRoutes(world),
    ...registrationRoutes(world),
  ]
}

function serviceRoutes(world: World): Route[] {
  const one = /^\/v1\/Services\/(MG\w+)$/
  const find = (sid: string) => (world.service?.sid === sid ? world.service : null)
  return [
    {
      method: 'GET',
      path: /^\/v1\/Services$/,
      handle: () => {
        const services = world.service ? [serviceResource(world, world.service)] : []
        return { status: 200, body: { services, meta: meta('services') } }
      },
    },
    {
      method: 'GET',
      path: one,
      handle: (_request, sid = '') => {
        const service = find(sid)
        return service ? { status: 200, body: serviceResource(world, service) } : notFound()
      },
    },
    {
      method: 'POST',
      path: one,
      handle: ({ body }, sid = '') => {
        const service = find(sid)
        if (!service) return notFound()
        service.inboundRequestUrl = field(body, 'InboundRequestUrl') ?? service.inboundRequestUrl
        service.inboundMethod = field(body, 'InboundMethod') ?? service.inboundMethod
        service.fallbackUrl = field(body, 'FallbackUrl') ?? service.fallbackUrl
        service.fallbackMethod = field(body, 'FallbackMethod') ?? service.fallbackMethod
        service.statusCallback = field(body, 'StatusCallback') ?? service.statusCallback
        const useNumber = field(body, 'UseInboundWebhookOnNumber')
        if (useNumber !== undefined) service.useInboundWebhookOnNumber = useNumber === 'true'
        return { status: 200, body: serviceResource(world, service) }
      },
    },
    {
      method: 'GET',
      path: /^\/v1\/Services\/(MG\w+)\/PhoneNumbers$/,
      handle: (_request, sid = '') => {
        if (!find(sid)) return notFound()
        const phone_numbers = world.phoneNumbers.map((number) => ({
          sid: number.sid,
          account_sid: world.accountSid,
          service_sid: sid,
          phone_number: number.phoneNumber,
          capabilities: ['SMS', 'MMS'],
        }))
        return { status: 200, body: { phone_numbers, meta: meta('phone_numbers') } }
      },
    },
  ]
}

const meta = (key: string) => ({ page: 0, page_size: 50, key, next_page_url: null })

/** What carriers in the United States want to know of a number. */
function registrationRoutes(world: World): Route[] {
  return [
    {
      method: 'GET',
      path: /^\/v1\/Services\/(MG\w+)\/Compliance\/Usa2p$/,
      handle: (_request, sid = '') => {
        if (world.service?.sid !== sid) return notFound()
        const compliance = world.service.campaigns.map((campaign_status) => ({
          sid: hexSid('QE'),
          account_sid: world.accountSid,
          messaging_service_sid: sid,
          campaign_status,
        }))
        return { status: 200, body: { compliance, meta: meta('compliance') } }
      },
    },
    {
      method: 'GET',
      path: /^\/v1\/Tollfree\/Verifications$/,
      handle: ({ query }) => {
        const number = world.phoneNumbers.find(({ sid }) => sid === query.get('TollfreePhoneNumberSid'))
        const status = world.tollFree.get(number?.phoneNumber ?? '')
        const one = { sid: hexSid('HH'), account_sid: world.accountSid, tollfree_phone_number_sid: number?.sid, status }
        return { status: 200, body: { verifications: status ? [one] : [], meta: meta('verifications') } }
      },
    },
  ]
}

function account(world: World) {
  const uri = `/2010-04-01/Accounts/${world.accountSid}.json`
  return {
    sid: world.accountSid,
    owner_account_sid: world.accountSid,
    friendly_name: 'Stand-in account',
    ...world.account,
    date_created: rfc2822(world.now()),
    date_updated: rfc2822(world.now()),
    subresource_uris: { messages: uri.replace('.json', '/Messages.json') },
    uri,
  }
}

function numberResource(world: World, number: PhoneNumber) {
  return {
    sid: number.sid,
    account_sid: world.accountSid,
    friendly_name: number.phoneNumber,
    phone_number: number.phoneNumber,
    sms_url: number.smsUrl,
    sms_method: number.smsMethod,
    sms_fallback_url: number.smsFallbackUrl,
    sms_fallback_method: number.smsFallbackMethod,
    sms_application_sid: number.smsApplicationSid,
    status_callback: '',
    status_callback_method: 'POST',
    capabilities: { voice: true, sms: true, mms: true, fax: false },
    api_version: '2010-04-01',
    beta: false,
    origin: 'twilio',
    status: 'in-use',
    date_created: rfc2822(world.now()),
    date_updated: rfc2822(world.now()),
    uri: `/2010-04-01/Accounts/${world.accountSid}/IncomingPhoneNumbers/${number.sid}.json`,
  }
}

function serviceResource(world: World, service: Service) {
  return {
    sid: service.sid,
    account_sid: world.accountSid,
    friendly_name: service.friendlyName,
    inbound_request_url: service.inboundRequestUrl,
    inbound_method: service.inboundMethod,
    fallback_url: service.fallbackUrl,
    fallback_method: service.fallbackMethod,
    status_callback: service.statusCallback,
    use_inbound_webhook_on_number: service.useInboundWebhookOnNumber,
    sticky_sender: true,
    smart_encoding: true,
    mms_converter: true,
    validity_period: 36_000,
    usecase: 'undeclared',
    us_app_to_person_registered: service.campaigns.includes('VERIFIED'),
    date_created: new Date(world.now()).toISOString(),
    date_updated: new Date(world.now()).toISOString(),
    url: `https://messaging.twilio.com/v1/Services/${service.sid}`,
    links: {},
  }
}

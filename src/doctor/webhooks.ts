import type { Config } from '../config/types.ts'
import type { MessagingService, OwnNumber, TwilioAccount } from '../twilio/account.ts'
import { bareUrl, type Finding, fail, ok, warn } from './check.ts'

/** Where Twilio has to post the texts of our senders. */
export const webhookOf = ({ publicUrl }: Pick<Config, 'publicUrl'>) => `${publicUrl}/webhooks/twilio/inbound`

interface Sender {
  config: Pick<Config, 'publicUrl' | 'twilio'>
  number: OwnNumber
  /** The Messaging Service that has the number, if any. */
  service: MessagingService | null
  twilio: TwilioAccount
}

/**
 * Where the texts to one of our numbers really go. What Twilio asks first is looked at first: the Messaging Service, then
 * the TwiML app, then the number itself. The message begins with one of the codes of the README.
 */
export function webhookCheck(o: Sender): Finding {
  const { service } = o
  return service && !service.defers ? throughService(o, service) : throughNumber(o)
}

/** https://www.twilio.com/docs/messaging/api/service-resource#service-properties (use_inbound_webhook_on_number) */
function throughService(o: Sender, service: MessagingService): Finding {
  const expected = webhookOf(o.config)
  const called = `Messaging Service ${service.sid} (${service.name})`
  if (isThere(service.inboundUrl, expected)) {
    if (isPost(service.inboundMethod)) return serviceFallback(o, service, called)
    const message = `wrong_method: the ${called} calls the bridge with ${service.inboundMethod}, which it refuses.`
    return drifted(o, message, ...serviceMend(o, service, inboundByHand(o)))
  }
  const goes = service.inboundUrl === '' ? 'drops its texts' : `sends its texts to ${bareUrl(service.inboundUrl)}`
  const message = `overridden_by_service: the ${called} ${goes}; what is set at the number does not count.`
  return drifted(o, message, ...serviceMend(o, service, inboundByHand(o)))
}

/** While the service does not defer, neither does the fallback at the number count. */
function serviceFallback(o: Sender, service: MessagingService, called: string): Finding {
  const expected = webhookOf(o.config)
  if (isThere(service.fallbackUrl, expected) && isPost(service.fallbackMethod)) {
    return ok(nameOf(o), `Its ${called} posts texts to the bridge.`)
  }
  const message = `fallback_not_set: its ${called} posts texts to the bridge, but a text that fails once is not tried again.`
  const byHand = `set at the service, under Integration, the Fallback URL to ${expected}, HTTP POST`
  const [fix, mend] = serviceMend(o, service, byHand)
  return warn(nameOf(o), message, fix, mend && { mend })
}

function throughNumber(o: Sender): Finding {
  const { number } = o
  const expected = webhookOf(o.config)
  const mend = () => o.twilio.pointNumber(number, expected)
  const fix = `Run \`npm run doctor -- --fix\`, or set at the number, under Messaging, "A message comes in" to webhook, ${expected}, HTTP POST.`
  if (number.applicationSid !== '') {
    const message = `overridden_by_application: the TwiML app ${number.applicationSid} at the number takes its texts; the webhook does not count.`
    return drifted(o, message, `${fix} Take the app off.`, mend)
  }
  if (number.smsUrl === '') return drifted(o, 'not_set: no webhook is set, so its texts go nowhere.', fix, mend)
  if (!isThere(number.smsUrl, expected)) {
    return drifted(o, `url_mismatch: its texts go to ${bareUrl(number.smsUrl)}, not to ${expected}.`, fix, mend)
  }
  if (!isPost(number.smsMethod)) {
    const message = `wrong_method: Twilio calls the bridge with ${number.smsMethod || 'no method'}, which it refuses.`
    return drifted(o, message, fix, mend)
  }
  const safe = isThere(number.smsFallbackUrl, expected) && isPost(number.smsFallbackMethod)
  if (safe) return ok(nameOf(o), 'Twilio posts its texts to the bridge.')
  const message = 'fallback_not_set: its texts come to the bridge, but a text that fails once is not tried again.'
  return warn(
    nameOf(o),
    message,
    `Run \`npm run doctor -- --fix\`, or set "Primary handler fails" to ${expected}, POST.`,
    {
      mend,
    },
  )
}

const nameOf = ({ number }: Sender) => `webhook ${number.phoneNumber}`

const drifted = (o: Sender, message: string, fix: string, mend?: () => Promise<void>): Finding =>
  fail(nameOf(o), message, fix, { stopsTexts: true, ...(mend && { mend }) })

const inboundByHand = ({ config }: Sender) =>
  `set at the service, under Integration, "Send a webhook" with the Request URL ${webhookOf(config)}, HTTP POST, or "Defer to sender’s webhook" with that URL at the number`

/** A service with other people's numbers in it is for a person to change. */
function serviceMend(o: Sender, service: MessagingService, byHand: string): [fix: string, mend?: () => Promise<void>] {
  const { config, twilio } = o
  const named = service.sid === config.twilio.messagingServiceSid
  const allOurs = service.numbers.every((number) => config.twilio.phoneNumbers.includes(number))
  if (!named && !allOurs) return [`The service has other numbers than yours as well: ${byHand}.`]
  return [`Run \`npm run doctor -- --fix\`, or ${byHand}.`, () => twilio.pointService(service.sid, webhookOf(config))]
}

const isPost = (method: string) => method.toUpperCase() === 'POST'

/** What follows a `#` are Twilio's own orders for a connection, no part of the address: https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides */
const isThere = (url: string, expected: string) => url.split('#', 1)[0] === expected

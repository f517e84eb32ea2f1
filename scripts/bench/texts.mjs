import { randomBytes } from 'node:crypto'
import { sign } from '../../dist/sandbox/twilio/webhooks.js'
import { settings } from './settings.mjs'

export const INBOUND = '/webhooks/twilio/inbound'
const CUSTOMERS = 99

/** Requests as Twilio makes them, each a text of its own, from 99 customers in turn. */
export function signedTexts(count) {
  return Array.from({ length: count }, (_, n) => signedText(`+12025550${String(100 + (n % CUSTOMERS))}`))
}

function signedText(from) {
  const sid = `SM${randomBytes(16).toString('hex')}`
  const params = {
    ToCountry: 'US',
    ToState: 'DC',
    SmsMessageSid: sid,
    NumMedia: '0',
    ToCity: 'WASHINGTON',
    FromZip: '20001',
    SmsSid: sid,
    FromState: 'DC',
    SmsStatus: 'received',
    FromCity: 'WASHINGTON',
    Body: 'Hi, is my order ready? I could come by at five – Maria',
    FromCountry: 'US',
    To: settings.TWILIO_PHONE_NUMBERS,
    ToZip: '',
    NumSegments: '1',
    MessageSid: sid,
    AccountSid: settings.TWILIO_ACCOUNT_SID,
    From: from,
    ApiVersion: '2010-04-01',
  }
  return {
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
      accept: '*/*',
      'user-agent': 'TwilioProxy/1.1',
      'x-twilio-signature': sign(settings.TWILIO_AUTH_TOKEN, settings.PUBLIC_URL + INBOUND, params),
    },
    body: new URLSearchParams(params).toString(),
  }
}

import { expect, test } from '@jest/globals'
import { explainTwilioCode } from '../../src/twilio/errors.ts'

test('a known code is explained in words an agent understands', () => {
  expect(explainTwilioCode(21610)).toEqual({
    sentence: 'The customer has opted out of texts.',
    next: 'Do not text again. The customer can change this by texting START.',
  })
})

test('a code of the future leads to its page', () => {
  expect(explainTwilioCode(99999).next).toContain('https://www.twilio.com/docs/api/errors/99999')
})

test('a failure without a code is explained too', () => {
  expect(explainTwilioCode(0).sentence).toBe('Twilio gave no reason.')
})

test.each([
  [11200, 'could not reach the bridge', 'PUBLIC_URL'],
  [11205, 'could not connect to the bridge', 'PUBLIC_URL'],
  [11751, 'too large for a picture message', 'link'],
  [12300, 'could not read the answer', 'administrator'],
  [14107, 'loop of automatic replies', 'robot'],
  [20003, 'credentials', 'administrator'],
  [20404, 'does not know this account', 'administrator'],
  [20429, 'slow down', 'by itself'],
  [20503, 'unavailable', 'by itself'],
  [21211, 'not a phone number', 'phone number on the contact'],
  [21212, 'the text should come from is not valid', 'TWILIO_PHONE_NUMBERS'],
  [21265, 'short code', 'another way'],
  [21408, 'country are switched off', 'Geo permissions'],
  [21602, 'empty', 'words or attach'],
  [21606, 'cannot text this customer', 'TWILIO_PHONE_NUMBERS'],
  [21608, 'only text verified numbers', 'upgrade'],
  [21610, 'opted out', 'START'],
  [21611, 'waiting to leave', 'by itself'],
  [21612, 'cannot be reached by text', 'another way'],
  [21614, 'not a mobile number', 'mobile number'],
  [21617, 'longer than 1,600', 'Shorten'],
  [21620, 'address of the attachment', 'link'],
  [21623, 'ten attachments', 'fewer'],
  [21703, 'no number that suits', 'TWILIO_MESSAGING_SERVICE_SID'],
  [21704, 'no numbers', 'TWILIO_MESSAGING_SERVICE_SID'],
  [21705, 'does not know the Messaging Service', 'TWILIO_MESSAGING_SERVICE_SID'],
  [30001, 'waiting to leave', 'later'],
  [30002, 'suspended', 'administrator'],
  [30003, 'off or without signal', 'later'],
  [30004, 'blocked', 'another way'],
  [30005, 'does not exist', 'phone number on the contact'],
  [30006, 'landline', 'Call'],
  [30007, 'filtered the text as spam', 'Reword'],
  [30008, 'gave no reason', 'once more'],
  [30011, 'picture messages', 'link'],
  [30017, 'overloaded', 'later'],
  [30019, 'too large for the carrier', 'link'],
  [30022, 'in a minute', 'later'],
  [30023, 'for today', 'tomorrow'],
  [30024, 'not set up at the carrier', 'registration'],
  [30027, 'T-Mobile', 'tomorrow'],
  [30032, 'toll-free number is not verified', 'registration'],
  [30034, 'not registered', 'registration'],
  [30035, 'still being registered', 'later'],
  [30039, 'loop', 'console'],
  [30410, 'did not answer in time', 'later'],
  [30450, 'prevent fraud', 'half an hour'],
  [30610, 'at night', 'daytime'],
  [57012, 'wrong signature', 'administrator'],
  [63003, 'cannot be reached on this channel', 'another way'],
  [63014, 'blocked or left', 'until the customer does'],
  [63015, 'sandbox', 'join'],
  [63016, '24 hours old', 'until the customer writes'],
  [63018, 'no more messages', 'later'],
  [63024, 'cannot be reached on this channel', 'another way'],
])('code %i says what happened (%s) and what to do next (%s)', (code, happened, step) => {
  const { sentence, next } = explainTwilioCode(code)
  expect(sentence).toContain(happened)
  expect(next.toLowerCase()).toContain(step.toLowerCase())
  expect([sentence.includes(String(code)), sentence.at(-1), next.at(-1)]).toEqual([false, '.', '.'])
})

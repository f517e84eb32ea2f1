import { expect, test } from '@jest/globals'
import { explainTwilioCode } from '../../src/twilio/errors.ts'

test('a known code is explained in words an agent understands', () => {
  expect(explainTwilioCode(21610)).toEqual({
    sentence: 'The customer has opted out of texts.',
    next: 'Do not text again. Only the customer can change this, by texting START.',
  })
})

test('a code of the future leads to its page', () => {
  expect(explainTwilioCode(99999).next).toContain('https://www.twilio.com/docs/api/errors/99999')
})

test('a failure without a code is explained too', () => {
  expect(explainTwilioCode(0).sentence).toBe('Twilio gave no reason.')
})

test.each([20003, 21211, 21408, 21611, 21614, 30003, 30005, 30006, 30007, 30034, 63016])(
  'code %i has two whole sentences of its own',
  (code) => {
    const { sentence, next } = explainTwilioCode(code)
    expect(sentence).not.toContain(String(code))
    expect([sentence.at(-1), next.at(-1)]).toEqual(['.', '.'])
  },
)

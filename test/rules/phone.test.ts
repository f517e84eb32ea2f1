import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  addressKind,
  canReplyTo,
  channelOf,
  countryOf,
  formatForPeople,
  isAllowedCountry,
  maskPhone,
  normalizeAddress,
  phoneOf,
  phoneSearchVariants,
  samePhone,
} from '../../src/rules/phone.ts'

/** Numbers set aside for fiction in the US and in London. */
const usNumber = fc.integer({ min: 100, max: 199 }).map((n) => `+12025550${n}`)
const londonNumber = fc.integer({ min: 0, max: 999 }).map((n) => `+442079460${String(n).padStart(3, '0')}`)

describe('normalizeAddress', () => {
  test.each([
    ['+12025550123', '+12025550123', 'E.164'],
    ['+15550101234', '+15550101234', 'a number the library calls invalid'],
    ['+999123456', '+999123456', 'a country code that does not exist'],
    [' 12025550123', '+12025550123', 'a + that was decoded to a space'],
    ['whatsapp: 12025550123', 'whatsapp:+12025550123', 'the same on WhatsApp'],
    ['+1 (202) 555-0123', '+12025550123', 'punctuation'],
    ['+44 (0)20 7946 0123', '+442079460123', 'a bracketed trunk zero'],
    ['0044 20 7946 0123', '+442079460123', '00 for +'],
    ['011442079460123', '+442079460123', 'the American way of dialling abroad'],
    ['442079460123', '+442079460123', 'a missing +'],
    ['(202) 555-0123', '+12025550123', 'national'],
    ['202.555.0123', '+12025550123', 'national with dots'],
    ['\u202a+1 202 555 0123\u202c', '+12025550123', 'invisible direction marks'],
    ['53079', '53079', 'a short code'],
    [' 53079 ', '53079', 'a short code with spaces'],
    [' SUPPORT ', 'SUPPORT', 'an alphanumeric sender'],
    ['2025550123 ext. 12', '2025550123 ext. 12', 'an extension, which cannot be texted'],
    ['whatsapp:+12025550123', 'whatsapp:+12025550123', 'WhatsApp'],
    ['whatsapp:US.abc123', 'whatsapp:US.abc123', 'a WhatsApp user id'],
    ['rcs:acme_agent', 'rcs:acme_agent', 'RCS'],
    ['+', '+', 'nothing to dial'],
    ['', '', 'nothing'],
  ])('reads %j as %j: %s', (raw, address) => {
    expect(normalizeAddress(raw, 'US')).toBe(address)
  })

  test('reads national numbers of the default country', () => {
    expect(normalizeAddress('020 7946 0123', 'GB')).toBe('+442079460123')
  })

  test('prefers the country code to a national reading when digits begin with it', () => {
    expect(normalizeAddress('4915123456789', 'DE')).toBe('+4915123456789')
  })

  test('leaves a national number alone when the default country is not known', () => {
    expect(normalizeAddress('(202) 555-0123', 'XX')).toBe('(202) 555-0123')
  })

  test('changes nothing the second time, whatever it was given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (raw) => {
        const once = normalizeAddress(raw, 'US')
        expect(normalizeAddress(once, 'US')).toBe(once)
      }),
    )
  })
})

test.each([
  ['+12025550123', 'phone', true, '+12025550123'],
  ['53079', 'shortcode', true, null],
  ['SUPPORT', 'alphanumeric', false, null],
  ['+12', 'alphanumeric', false, null],
  ['12345678901', 'alphanumeric', false, null],
  ['whatsapp:+12025550123', 'whatsapp', true, '+12025550123'],
  ['whatsapp:US.abc', 'whatsapp', true, null],
  ['rcs:acme_agent', 'rcs', true, null],
])('%s is of kind %s', (address, kind, replyPossible, phone) => {
  expect(addressKind(address)).toBe(kind)
  expect(canReplyTo(address)).toBe(replyPossible)
  expect(phoneOf(address)).toBe(phone)
})

test.each([
  ['+12025550123', 0, 'sms'],
  ['+12025550123', 1, 'mms'],
  ['whatsapp:+12025550123', 1, 'whatsapp'],
  ['rcs:acme_agent', 0, 'rcs'],
])('%s with %i files goes by %s', (address, mediaCount, channel) => {
  expect(channelOf(address, mediaCount)).toBe(channel)
})

describe('phoneSearchVariants', () => {
  test('names the usual spellings of an American number', () => {
    expect(phoneSearchVariants('+12025550123', 'US')).toEqual([
      '+12025550123',
      '0012025550123',
      '12025550123',
      '+1 202 555 0123',
      '(202) 555-0123',
      '2025550123',
      '+1 202-555-0123',
    ])
  })

  test('names a London number with and without its leading zero', () => {
    expect(phoneSearchVariants('+442079460123', 'GB')).toEqual(
      expect.arrayContaining(['020 7946 0123', '02079460123', '2079460123', '+44 20 7946 0123']),
    )
  })

  test('leaves national spellings out for a number of another country', () => {
    expect(phoneSearchVariants('+442079460123', 'US')).toEqual([
      '+442079460123',
      '00442079460123',
      '442079460123',
      '+44 20 7946 0123',
    ])
  })

  test('finds only the same number, in at most seven spellings', () => {
    fc.assert(
      fc.property(fc.oneof(usNumber, londonNumber), fc.constantFrom('US', 'GB', 'DE', 'XX'), (number, country) => {
        const variants = phoneSearchVariants(number, country)
        expect(variants.length).toBeLessThanOrEqual(7)
        expect(new Set(variants).size).toBe(variants.length)
        expect(variants.every((variant) => samePhone(variant, number, country))).toBe(true)
      }),
    )
  })
})

test.each([
  ['(202) 555-0123', true],
  ['+1 202 555 0123', true],
  ['1-202-555-0123', true],
  ['555-0123', false],
  ['0123', false],
  ['+44 20 2555 0123', false],
  ['', false],
  [null, false],
])('a stored phone %j is the same as +12025550123: %s', (stored, same) => {
  expect(samePhone(stored, '+12025550123', 'US')).toBe(same)
})

test.each([
  ['+12025550123', '+1202•••0123'],
  ['+442079460123', '+4420•••0123'],
  ['+12345678', '+12•••'],
  ['whatsapp:+12025550123', 'whatsapp:+1202•••0123'],
  ['whatsapp:US.abc123', 'whatsapp:US.•••'],
  ['53079', '530•••'],
  ['(202) 555-0123', '(20•••'],
])('%s is shown in logs as %s', (address, masked) => {
  expect(maskPhone(address)).toBe(masked)
})

test('people read a number in its international form, and anything else as it is', () => {
  expect(formatForPeople('+12025550123')).toBe('+1 202 555 0123')
  expect(formatForPeople('whatsapp:+442079460123')).toBe('+44 20 7946 0123')
  expect(formatForPeople('53079')).toBe('53079')
})

test.each([
  ['+12025550123', 'US'],
  ['whatsapp:+442079460123', 'GB'],
  ['+15550101234', undefined],
  ['53079', undefined],
])('%s is a number of %s', (address, country) => {
  expect(countryOf(address)).toBe(country)
})

test.each([
  ['a country that is allowed', '+12025550123', ['US'], true],
  ['another one', '+442079460123', ['US'], false],
  ['another one with the same calling code', '+14165550123', ['US'], false],
  ['WhatsApp too', 'whatsapp:+442079460123', ['US'], false],
  ['every country where none is named', '+442079460123', [], true],
  ['a number of no known country, by its calling code', '+15555550123', ['CA'], true],
  ['nor that', '+15555550123', ['GB'], false],
  ['a short code', '73529', ['US'], true],
])('texts may go to %s: %s %p', (_, address, allowed, may) => {
  expect(isAllowedCountry(address, allowed)).toBe(may)
})

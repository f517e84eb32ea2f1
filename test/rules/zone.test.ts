import { expect, test } from '@jest/globals'
import { AREA_CODES } from '../../src/rules/area-codes.ts'
import { zonesOf } from '../../src/rules/zone.ts'

const WINTER = Date.parse('2026-01-15T12:00Z')
const BUSINESS = 'America/Denver'

test.each([
  ['Washington', '+12025550123', ['America/New_York']],
  ['Chicago', '+13125550123', ['America/Chicago']],
  ['Phoenix', '+16025550123', ['America/Phoenix']],
  ['Hawaii', '+18085550123', ['Pacific/Honolulu']],
  ['Toronto', '+14165550123', ['America/Toronto']],
  ['the Florida panhandle, which is in two', '+18505550123', ['America/New_York', 'America/Chicago']],
  ['Puerto Rico', '+17875550123', ['America/Puerto_Rico']],
  ['London', '+442079460123', ['Europe/London']],
  ['WhatsApp too', 'whatsapp:+442079460123', ['Europe/London']],
  ['Germany, whose two zones are one', '+4930123456', ['Europe/Berlin']],
  ['Australia, which has several: the business', '+61491570156', [BUSINESS]],
  ['a toll-free number', '+18005550123', [BUSINESS]],
  ['a short code', '73529', [BUSINESS]],
  ['a WhatsApp user without a number', 'whatsapp:US.13491208655302741918', [BUSINESS]],
])('%s', (_, address, zones) => {
  expect(zonesOf(address, BUSINESS, WINTER)).toEqual(zones)
})

test('without a business zone, wherever the customer may be', () => {
  expect(zonesOf('+61491570156', undefined, WINTER)).toEqual(
    expect.arrayContaining(['Australia/Sydney', 'Australia/Perth']),
  )
  expect(zonesOf('73529', undefined, WINTER)).toEqual(['UTC'])
})

test('every zone of the table exists, and every area code has three digits', () => {
  for (const [zone, codes] of Object.entries(AREA_CODES)) {
    expect(() => new Intl.DateTimeFormat('en', { timeZone: zone })).not.toThrow()
    expect(codes).toMatch(/^([2-9]\d{2})( [2-9]\d{2})*$/)
  }
})

import { expect, test } from '@jest/globals'
import { formatLocal, instantOf } from '../../src/rules/local-time.ts'

const NEW_YORK = 'America/New_York'

test.each([
  ['in winter', '2026-01-15 09:00', NEW_YORK, '2026-01-15T14:00Z'],
  ['in summer', '2026-07-15 09:00', NEW_YORK, '2026-07-15T13:00Z'],
  ['at midnight', '2026-07-15 00:00', NEW_YORK, '2026-07-15T04:00Z'],
  ['an hour before the clocks go forward', '2026-03-08 01:30', NEW_YORK, '2026-03-08T06:30Z'],
  ['an hour after it', '2026-03-08 03:30', NEW_YORK, '2026-03-08T07:30Z'],
  ['before the clocks go back', '2026-11-01 00:30', NEW_YORK, '2026-11-01T04:30Z'],
  ['twice, of which it is the first', '2026-11-01 01:30', NEW_YORK, '2026-11-01T05:30Z'],
  ['after the clocks went back', '2026-11-01 02:30', NEW_YORK, '2026-11-01T07:30Z'],
  ['far to the east', '2026-06-01 08:00', 'Pacific/Kiritimati', '2026-05-31T18:00Z'],
  ['far to the west', '2026-06-01 08:00', 'Pacific/Pago_Pago', '2026-06-01T19:00Z'],
  ['where clocks are off by less than an hour', '2026-06-01 08:00', 'Asia/Kathmandu', '2026-06-01T02:15Z'],
  ['in UTC', '2026-06-01 08:00', 'UTC', '2026-06-01T08:00Z'],
])('a time %s is this instant, and back', (_, local, zone, instant) => {
  expect(instantOf(read(local), zone)).toBe(Date.parse(instant))
  expect(formatLocal(Date.parse(instant), zone)).toBe(local)
})

test('a time that the clocks skip is as late as they would be without the jump', () => {
  expect(instantOf(read('2026-03-08 02:30'), NEW_YORK)).toBe(Date.parse('2026-03-08T07:30Z'))
})

function read(local: string) {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = local.split(/\D/).map(Number)
  return { year, month, day, hour, minute }
}

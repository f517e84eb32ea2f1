import { expect, test } from '@jest/globals'
import { sendTime } from '../../src/rules/send-time.ts'

const NOW = Date.parse('2026-03-07T15:30:20Z')
const ask = (choice: string, written = '') => sendTime({ choice, written, zone: 'America/New_York', now: NOW })

test.each([
  ['now', '', null],
  ['hour', '', '2026-03-07T16:30:20Z'],
  // The clocks go forward in that night.
  ['tomorrow', '', '2026-03-08T13:00Z'],
  ['at', '2026-03-07 10:46', '2026-03-07T15:46Z'],
  ['at', ' 2026-03-09T9:00 ', '2026-03-09T13:00Z'],
  ['at', '2026-04-11 11:30', '2026-04-11T15:30Z'],
  ['at', '2026-03-08T09:00Z', '2026-03-08T09:00Z'],
  ['at', '2026-03-08T09:00:00.000+02:00', '2026-03-08T07:00Z'],
])('%s %s', (choice, written, instant) => {
  expect(ask(choice, written)).toEqual({ at: instant === null ? null : Date.parse(instant) })
})

test.each([
  ['at', '', 'not understood'],
  ['at', 'tomorrow', 'not understood'],
  ['at', '2026-03-08', 'not understood'],
  ['at', '2026-02-30 09:00', 'not understood'],
  ['at', '2026-13-01 09:00', 'not understood'],
  ['at', '2026-03-08 24:00', 'not understood'],
  ['at', '2026-03-08 09:60', 'not understood'],
  ['at', '2026-03-08T99:00Z', 'not understood'],
  ['at', '2026-03-07 10:45', 'at least 15 minutes'],
  ['at', '2025-03-08 09:00', 'at least 15 minutes'],
  ['at', '2026-04-11 11:31', '35 days'],
  ['now', '2026-03-08 09:00', 'not chosen'],
  ['hour', '2026-03-08 09:00', 'not chosen'],
])('%s “%s” is refused: %s', (choice, written, fault) => {
  expect(ask(choice, written)).toEqual({ fault: expect.stringContaining(fault) })
})

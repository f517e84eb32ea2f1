import { expect, test } from '@jest/globals'
import { createAppointments } from '../../src/queue/appointments.ts'

test('appointments are kept when their time has come, the first ones first, each once', () => {
  const { make, keep } = createAppointments()
  for (const [lane, at] of [
    ['a', 10],
    ['b', 20],
    ['c', 30],
  ] as const)
    make(lane, at)
  // Moved: there is only the later one.
  make('a', 40)
  expect(keep(9, 10)).toEqual([])
  expect(keep(30, 1)).toEqual(['b'])
  expect(keep(30, 10)).toEqual(['c'])
  expect(keep(40, 10)).toEqual(['a'])
  expect(keep(1000, 10)).toEqual([])
})

import { expect, test } from '@jest/globals'
import { mmsPossible } from '../../src/rules/mms.ts'

const MB = 1024 * 1024
const us = '+12025550199'
const maria = '+12025550123'
const london = '+442079460123'
const picture = { contentType: 'image/jpeg', size: 100_000 }

test.each([
  ['between two American numbers', us, maria, true],
  ['to Canada', us, '+14165550123', true],
  ['to Australia', us, '+61491570156', true],
  ['to a +1 number the library cannot place', us, '+15550101234', true],
  ['to Jamaica', us, '+18765550123', false],
  ['to London', us, london, false],
  ['from London', london, maria, false],
  ['from a short code', '53079', maria, true],
  ['from a name', 'ACME', maria, false],
  ['from a Messaging Service', undefined, maria, true],
  ['from a Messaging Service to London', undefined, london, false],
  ['on WhatsApp to London', 'whatsapp:+12025550199', `whatsapp:${london}`, true],
  ['on RCS', 'rcs:acme', 'rcs:maria', true],
])('a picture can be sent %s: %#', (_where, from, to, possible) => {
  expect(mmsPossible({ ...(from !== undefined && { from }), to, files: [picture] })).toBe(possible)
})

test.each([
  ['a large picture', [{ contentType: 'image/PNG', size: 5 * MB }], true],
  ['too large a picture', [{ contentType: 'image/png', size: 5 * MB + 1 }], false],
  ['pictures too large together', [picture, { ...picture, size: 5 * MB }], false],
  ['ten files', Array(10).fill(picture), true],
  ['eleven files', Array(11).fill(picture), false],
  ['a small document', [{ contentType: 'application/pdf', size: 500 * 1024 }], true],
  ['a larger document', [{ contentType: 'application/pdf', size: 500 * 1024 + 1 }], false],
  ['a type with parameters', [{ contentType: 'audio/ogg; codecs=opus', size: 1000 }], true],
  ['an archive', [{ contentType: 'application/zip', size: 1000 }], false],
  ['no type', [{ contentType: '', size: 1000 }], false],
])('%s by MMS: %#', (_what, files, possible) => {
  expect(mmsPossible({ from: us, to: maria, files })).toBe(possible)
})

test('WhatsApp takes up to 16 MB', () => {
  const send = (size: number) => mmsPossible({ to: `whatsapp:${maria}`, files: [{ ...picture, size }] })
  expect([send(16 * MB), send(16 * MB + 1)]).toEqual([true, false])
})

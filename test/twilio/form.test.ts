import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseForm } from '../../src/twilio/form.ts'

test.each([
  [
    'a blank value is a value',
    'ToCity=&Body=',
    [
      ['ToCity', ''],
      ['Body', ''],
    ],
  ],
  ['a name without = has a blank value', 'Body', [['Body', '']]],
  [
    'plus is a space and %2B a plus',
    'Body=a+b&From=%2B1202',
    [
      ['Body', 'a b'],
      ['From', '+1202'],
    ],
  ],
  [
    'brackets and apostrophes stay',
    "A%5Bb%5D=it's&A[b]=2",
    [
      ['A[b]', "it's"],
      ['A[b]', '2'],
    ],
  ],
  ['bytes that are no UTF-8 become U+FFFD', 'Body=%FF%C3', [['Body', '\uFFFD\uFFFD']]],
  [
    'a stray percent sign stays',
    'Body=100%&x=%zz',
    [
      ['Body', '100%'],
      ['x', '%zz'],
    ],
  ],
  ['emoji survive', 'Body=%F0%9F%91%8B', [['Body', '👋']]],
  [
    'names of Object are only names',
    '__proto__=1&constructor=2',
    [
      ['__proto__', '1'],
      ['constructor', '2'],
    ],
  ],
])('%s', (_, body, pairs) => {
  expect(parseForm(Buffer.from(body))).toEqual(pairs)
})

test('a hundred parameters are read, one more is too many', () => {
  expect(parseForm(Buffer.from('a=1&'.repeat(100)))).toHaveLength(100)
  expect(parseForm(Buffer.from('a=1&'.repeat(101)))).toBeNull()
})

test('no bytes whatever make it throw', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void parseForm(Buffer.from(bytes))))
})

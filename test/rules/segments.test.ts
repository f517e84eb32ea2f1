import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { countSegments, splitBody } from '../../src/rules/segments.ts'

test.each([
  ['a'.repeat(160), 1, 'GSM-7'],
  ['a'.repeat(161), 2, 'GSM-7'],
  ['€'.repeat(80), 1, 'GSM-7'],
  ['€'.repeat(81), 2, 'GSM-7'],
  ['“hi”', 1, 'UCS-2'],
  ['😀'.repeat(35), 1, 'UCS-2'],
  ['😀'.repeat(36), 2, 'UCS-2'],
  ['\ud800', 1, 'UCS-2'],
])('%.5s… takes the segments carriers bill', (body, segments, encoding) => {
  expect(countSegments(body)).toEqual({ segments, encoding })
})

describe('splitBody', () => {
  test.each([
    [1600, 1],
    [1601, 2],
    [5000, 4],
  ])('%i characters without a space make %i pieces', (length, pieces) => {
    expect(splitBody('a'.repeat(length))).toHaveLength(pieces)
  })

  test.each([
    ['hello world foo', 8, ['hello', 'world', 'foo']],
    ['hello world foo', 11, ['hello world', 'foo']],
    ['one\n\ntwo', 4, ['one', 'two']],
    ['abcdef', 4, ['abcd', 'ef']],
    ['  hello  ', 20, ['  hello  ']],
    ['   ', 2, []],
    ['', 10, []],
    ['👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 12, ['👩‍👩‍👧‍👦', '👩‍👩‍👧‍👦']],
    ['x👩‍👩‍👧‍👦', 11, ['x', '👩‍👩‍👧‍👦']],
    ['a😀', 2, ['a', '😀']],
  ])('%j in at most %i', (body, max, pieces) => {
    expect(splitBody(body, max)).toEqual(pieces)
  })

  const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).map((text) => text.replace(/\s/g, '_'))
  const words = fc.array(word, { maxLength: 60 })
  const space = fc.constantFrom(' ', '\n', '  ', '\t')

  test('keeps every word in its order when no word is longer than a piece', () => {
    fc.assert(
      fc.property(words, space, fc.integer({ min: 400, max: 500 }), (list, between, max) => {
        const pieces = splitBody(list.join(between), max)
        expect(pieces.every((piece) => piece.length <= max && piece.trim() !== '')).toBe(true)
        expect(pieces.join(' ').split(/\s+/).filter(Boolean)).toEqual(list)
      }),
    )
  })

  test('loses no character and cuts no cluster when there is no space at all', () => {
    const clusters = fc.array(fc.constantFrom('a', 'é', '😀', '👩‍👩‍👧‍👦', '🇺🇸', 'e\u0301', '👍🏽'), { minLength: 1 })
    const count = (text: string) => [...new Intl.Segmenter().segment(text)].length
    fc.assert(
      fc.property(clusters, fc.integer({ min: 11, max: 30 }), (list, max) => {
        const pieces = splitBody(list.join(''), max)
        expect(pieces.join('')).toBe(list.join(''))
        expect(pieces.map(count).reduce((sum, n) => sum + n)).toBe(count(list.join('')))
      }),
    )
  })

  test('never cuts a surrogate pair, and comes to an end, whatever it is given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.integer({ min: 2, max: 9 }), (body, max) => {
        const pieces = splitBody(body, max)
        expect(pieces.join('').replace(/\s/g, '')).toBe(body.replace(/\s/g, ''))
        expect(pieces.some((piece) => /\p{Surrogate}/u.test(piece))).toBe(false)
      }),
    )
  })
})

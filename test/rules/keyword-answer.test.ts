import { expect, test } from '@jest/globals'
import { keywordFor } from '../../src/rules/keyword-answer.ts'

const hours = { words: ['HOURS', 'OPEN TODAY'], match: 'exact', name: 'hours' } as const
const price = { words: ['price', 'Quote'], match: 'contains', name: 'price' } as const

test.each([
  ['HOURS', 'hours'],
  [' “Hours?” ', 'hours'],
  ['hours please', 'hours'],
  ['open  today!', 'hours'],
  ['Which hours?', undefined],
  ['Hours. And is Bob there?', undefined],
  ['What is the PRICE of it', 'price'],
  ['prices', 'price'],
  ['a quote, hours', 'price'],
  ['nothing of it', undefined],
  ['', undefined],
])('%p asks for %p', (text, name) => {
  expect(keywordFor([hours, price], text)?.name).toBe(name)
})

test('the first entry that fits is meant', () => {
  expect(keywordFor([{ ...price, name: 'other' }, price], 'price')?.name).toBe('other')
})

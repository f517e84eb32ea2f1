import { expect, test } from '@jest/globals'
import { assigneeIn, type Rule, ruleFor } from '../../src/rules/routing.ts'

const OURS = '+12025550199'
// biome-ignore lint/suspicious/noThenProperty: the word of the behaviour file; a rule is never awaited
const ruleWhen = (when: Rule['when']): Rule => ({ when, then: { tag: 'a' } })
const opening = { to: OURS, country: 'US', body: 'Where is  my ORDER?' }

test.each([
  [{}, true],
  [{ to: OURS }, true],
  [{ to: '+12025550198' }, false],
  [{ country: 'US' }, true],
  [{ country: 'GB' }, false],
  [{ contains: 'my order' }, true],
  [{ contains: 'refund' }, false],
  [{ keyword: 'where is my order' }, true],
  [{ keyword: 'order' }, false],
  [{ to: OURS, contains: 'refund' }, false],
  [{ to: OURS, country: 'US', contains: 'order' }, true],
])('%j applies: %s', (when, applies) => {
  const rule = ruleWhen(when)
  expect(ruleFor([rule], opening)).toBe(applies ? rule : null)
})

test.each([
  ['“Billing, please!”', true],
  ['Billing. Thank you', true],
  ['Billing. I moved house, where do I write the new address?', false],
])('the keyword is the whole text, so that nothing else it says is passed over: %s', (body, applies) => {
  const rule = ruleWhen({ keyword: 'BILLING' })
  expect(ruleFor([rule], { ...opening, body })).toBe(applies ? rule : null)
})

test('a rule about a country does not apply where nobody knows the country', () => {
  expect(ruleFor([ruleWhen({ country: 'US' })], { ...opening, country: undefined })).toBeNull()
})

test('the first rule that applies is the one', () => {
  const [first, second] = [ruleWhen({ contains: 'order' }), ruleWhen({})]
  expect(ruleFor([first, second], opening)).toBe(first)
  expect(ruleFor([first, second], { ...opening, body: 'Hi' })).toBe(second)
})

test.each([
  ['12', { id: '12', name: '7' }],
  ['7', { id: '7', name: 'Sales' }],
  [' sales ', { id: '7', name: 'Sales' }],
  ['Caf\u00e9', { id: '8', name: 'Cafe\u0301' }],
  ['Twins', null],
  ['Sale', null],
  ['', null],
])('“%s” is %j', (wanted, found) => {
  const known = [
    { id: '12', name: '7' },
    { id: '7', name: 'Sales' },
    { id: '8', name: 'Cafe\u0301' },
    { id: '9', name: 'Twins' },
    { id: '10', name: 'Twins' },
  ]
  expect(assigneeIn(known, wanted)).toEqual(found)
})

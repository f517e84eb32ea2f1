import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { TOPICS, takes, wantedAttributes } from '../../src/rules/intercom-setup.ts'

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')

test('the topics that setup prints are those of the README', () => {
  const [, list = ''] = /and tick at least: ([\s\S]*?)\. One topic is not enough/.exec(README) ?? []
  expect([...list.matchAll(/`([^`]+)`/g)].map(([, topic]) => topic)).toEqual([...TOPICS])
})

test.each([
  [null, undefined],
  [['1', '2', '3'], 'integer'],
  [['good', 'bad'], 'string'],
])('a survey with the answers %j needs an attribute of the type %s', (answers, type) => {
  expect(wantedAttributes(answers).find(({ name }) => name === 'sms_rating')?.type).toBe(type)
})

test.each([
  ['datetime', 'date', true],
  ['integer', 'decimal', true],
  ['integer', 'string', false],
  ['string', 'list', false],
] as const)('what needs %s goes into what Intercom lists as %s: %s', (type, listed, fits) => {
  expect(takes(listed, { model: 'conversation', name: 'x', type })).toBe(fits)
})

import { writeFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { createLog } from '../../src/log.ts'
import { PROJECT, read } from '../support/project.ts'
import { behaviourSettings, settingsPage, variables } from './settings-page.ts'

const PAGE = 'docs/settings.md'

test(`${PAGE} says what the code says (else: UPDATE_DOCS=1 npm test -- test/docs)`, () => {
  if (process.env.UPDATE_DOCS) writeFileSync(`${PROJECT}${PAGE}`, settingsPage())
  expect(read(PAGE)).toBe(settingsPage())
})

test('every variable is described there', () => {
  expect(
    variables()
      .filter(({ description }) => description.length < 10)
      .map(({ name }) => name),
  ).toEqual([
    // Described together with its twin.
    'TWILIO_API_KEY_SECRET',
  ])
})

test('LOG_PII is promised to show what it does show', () => {
  const described = variables().find(({ name }) => name === 'LOG_PII')?.description
  expect(described).toBe('Whole phone numbers in logs; message bodies and names are in none.')
  const lines: string[] = []
  const log = createLog({ level: 'info', pii: true }, { write: (line) => void lines.push(line) })
  log.info({ customer: '+12025550123', err: new Error('Maria: Hello?') }, 'text received')
  expect(lines).toEqual([expect.stringContaining('+12025550123')])
  expect(lines.join()).not.toMatch(/Maria|Hello/)
})

test('every setting is described there', () => {
  const bare = behaviourSettings().filter(({ description }) => description === '')
  expect(bare).toEqual([])
  expect(behaviourSettings().map(({ path }) => path)).toEqual(
    expect.arrayContaining(['threads.reopenWithinDays', 'keywords[].words', 'routing[].then.team', 'notify[].secret']),
  )
})

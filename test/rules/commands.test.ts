import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readCommand } from '../../src/rules/commands.ts'

test.each([
  ['/sms Hello Maria', 'sms', 'Hello Maria'],
  ['<p class="no-margin">/sms Hello Maria</p>', 'sms', 'Hello Maria'],
  ['<p>/sms Hello<br>Maria</p><p>Bye</p>', 'sms', 'Hello\nMaria\n\nBye'],
  ['<p>/sms</p><p>Hello</p>', 'sms', 'Hello'],
  ['<p>/sms&nbsp;Hello</p>', 'sms', 'Hello'],
  ['/SMS Hello', 'sms', 'Hello'],
  ['  \n/new', 'new', ''],
  ['\u200b/new', 'new', ''],
  ['/New \n', 'new', ''],
  ['<p> /optout</p>', 'optout', ''],
  ['/from  +1 202 555 0198 ', 'from', '+1 202 555 0198'],
  ['/continue', 'continue', ''],
  ['/optin', 'optin', ''],
  ['/switch please', 'switch', 'please'],
])('%j is the command %s', (body, name, argument) => {
  expect(readCommand(body)).toMatchObject({ name, argument })
})

test.each(['/nwe', '/sms: Hello', '/constructor', '/new.'])('%j is a command that does not exist', (body) => {
  expect(readCommand(body)).toMatchObject({ name: null })
})

test.each([
  '',
  '/',
  '//',
  '/ sms',
  'sms Hello',
  'use /sms',
  '/etc/hosts',
  '/api/v1 fails',
  '<p>See /new</p>',
  `/${'x'.repeat(31)}`,
])('%j is no command', (body) => {
  expect(readCommand(body)).toBeNull()
})

test('whatever an agent writes is read without an error, and quickly', () => {
  fc.assert(fc.property(fc.string(), (words) => void readCommand(`/${words}`)))
  const before = performance.now()
  readCommand(`/sms${' '.repeat(100_000)}x`)
  expect(performance.now() - before).toBeLessThan(1000)
})

import { expect, test } from '@jest/globals'
import { namesContact, render, templateFault } from '../../src/rules/templates.ts'

const known = { contactName: 'Maria Lopez', agentName: 'Sam Support', number: '+12025550199' }

test.each([
  ['Hi {{ contact.name }}!', 'Hi Maria Lopez!'],
  ['Hi {{ contact.first_name }}, text {{ number }}.', 'Hi Maria, text +12025550199.'],
  ['– {{ agent.first_name }}', '– Sam'],
  ['Hi {{ contact.first_name | default: "there" }}', 'Hi Maria'],
  ['{{ contact.phone }}{{ nobody.knows }}Hello', 'Hello'],
  ['  spaces around \n', 'spaces around'],
  ['no tags, <b>no</b> HTML & so on', 'no tags, <b>no</b> HTML & so on'],
])('%s', (template, text) => {
  expect(render(template, known)).toEqual({ text })
})

test.each([null, '', '+1 202 555 0123', '  '])('a name like %p is none', (contactName) => {
  const text = 'Hi {{ contact.first_name | default: "there" }}{{ contact.name }}'
  expect(render(text, { number: '', contactName }).text).toBe('Hi there')
})

test('what a customer is called is never a template itself', () => {
  expect(render('Hi {{ contact.name }}', { ...known, contactName: '{{ number }}' }).text).toBe('Hi {{ number }}')
})

test.each([
  ['a file', 'Bye {% include "package.json" %}{{ agent.name }}!', 'Bye !'],
  ['no end', 'Bye {% for i in (1..100000000) %}x{% endfor %}', 'Bye x'],
])('a template that asks for %s is taken without its tags', (_, template, text) => {
  expect(render(template, known)).toEqual({ text, fault: expect.any(String) })
})

test.each([
  ['{{ contact.name', true],
  ['{{ contact.name | shout }}', true],
  ['{{ contact.name | upcase }}', false],
])('%s is refused in the behaviour file: %s', (template, refused) => {
  expect(templateFault(template) !== undefined).toBe(refused)
})

test.each([
  ['Hi {{ contact.first_name }}', true],
  ['{% if contact.name %}Hi{% endif %}', true],
  ['contact us at {{ number }}', false],
])('%s names the contact: %s', (template, names) => {
  expect(namesContact(template)).toBe(names)
})

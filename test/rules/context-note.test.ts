import { expect, test } from '@jest/globals'
import { type Context, newConversation, placeInWords, tellsMore } from '../../src/rules/context-note.ts'

const NOON = Date.parse('2026-03-01T12:00:00Z')
const context: Context = {
  customer: '+12025550123',
  number: '+12025550199',
  place: {},
  earlier: { count: 0, latest: [] },
  optOuts: [],
}
const optOut = { number: '+12025550199', source: 'keyword', at: NOON, endedAt: null }

test.each<[string, Partial<Context>, string[]]>([
  ['of somebody new', {}, ['+1 202 555 0123 wrote to +1 202 555 0199', 'are sent to the customer’s phone']],
  ['on WhatsApp', { customer: 'whatsapp:+12025550123' }, ['New WhatsApp conversation: +1 202 555 0123 wrote']],
  ['of a sender with a name', { customer: 'ACME' }, ['New SMS conversation: ACME wrote']],
  ['with a place', { place: { city: 'ST. PAUL', state: 'MN', country: 'US' } }, ['From St. Paul, MN, US.']],
  [
    'of somebody who was here before',
    { earlier: { count: 7, latest: [{ url: 'https://app.example/1', openedAt: NOON }] } },
    ['Earlier conversations by text: 7, the latest of <a href="https://app.example/1">2026-03-01</a>.'],
  ],
  ['of somebody who is out', { optOuts: [optOut] }, ['are not texted', 'Opted out on 2026-03-01, by text.']],
  [
    'of somebody who is in again',
    { optOuts: [{ ...optOut, endedAt: NOON + 86_400_000 }] },
    ['are sent', 'Opted out on 2026-03-01, by text, and in again on 2026-03-02.'],
  ],
  [
    'of somebody who is out of another number',
    { optOuts: [{ ...optOut, number: '+12025550198' }] },
    ['are sent', 'Opted out of +1 202 555 0198 on 2026-03-01'],
  ],
  ['of somebody who is out of all', { optOuts: [{ ...optOut, number: '' }] }, ['are not texted', 'of all our numbers']],
])('the note of a conversation %s', (_, more, words) => {
  const html = newConversation({ ...context, ...more })
  for (const part of words) expect(html).toContain(part)
  expect(html).toMatch(/^<p><b>New \w+ conversation: [^<]+\.<\/b> Replies .+\.<\/p>$/)
})

test.each<[boolean, string, Partial<Context>]>([
  [false, 'two numbers alone', {}],
  [true, 'a place', { place: { country: 'US' } }],
  [true, 'somebody who was here before', { earlier: { count: 1, latest: [] } }],
  [true, 'somebody who opted out', { optOuts: [optOut] }],
])('%s: there is more to tell than the numbers of %s', (more, _, of) =>
  expect(tellsMore({ ...context, ...of })).toBe(more),
)

test('whatever comes from outside is escaped', () => {
  const bad = '<script>x</script>'
  const place = { city: bad, state: bad, country: bad }
  const html = newConversation({ ...context, customer: bad, place, optOuts: [{ ...optOut, source: bad }] })
  expect(html).not.toMatch(/<script/i)
})

test.each([
  [{ city: 'WASHINGTON', state: 'DC', country: 'US' }, 'Washington, DC, US'],
  [{ city: 'McLean', country: 'US' }, 'McLean, US'],
  [{ country: 'GB' }, 'GB'],
  [{}, ''],
])('%j is “%s”', (place, words) => expect(placeInWords(place)).toBe(words))

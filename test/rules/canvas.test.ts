import { describe, expect, test } from '@jest/globals'
import { countWords, draftOf } from '../../src/rules/canvas/draft.ts'
import { type Shown, screen } from '../../src/rules/canvas/screen.ts'
import { statusWords } from '../../src/rules/canvas/status-words.ts'
import { pricePerSegment } from '../../src/rules/price.ts'
import { canvasAnswer } from '../../src/sandbox/intercom/components.ts'

const NOW = Date.parse('2026-03-07T15:30:00Z')
const outbound = {
  id: 1,
  direction: 'outbound' as const,
  status: 'delivered',
  body: 'Hi',
  error: null,
  sendAt: null,
  createdAt: NOW,
}
const shown: Shown = {
  customer: '+12025550123',
  sender: '+12025550199',
  senders: ['+12025550199'],
  optedOut: false,
  open: false,
  texts: [outbound],
  zone: 'UTC',
}

test.each([
  ['queued', {}, 'On its way'],
  ['sending', {}, 'On its way'],
  ['sent', {}, 'Sent; the carrier has not confirmed it yet'],
  ['delivered', {}, 'Delivered'],
  ['undelivered', { error: 'It is a landline.' }, 'Not delivered. It is a landline.'],
  ['failed', { error: 'It is too long.' }, 'Not sent. It is too long.'],
  ['blocked', {}, 'Not sent; a note in the conversation says why'],
  ['unknown', {}, 'Nobody can tell whether it went out'],
  ['canceled', {}, 'Canceled'],
  ['scheduled', { sendAt: NOW }, 'Waits until 2026-03-07 15:30'],
  ['received', { direction: 'inbound' as const }, 'From the customer'],
  ['posted', { direction: 'inbound' as const }, 'From the customer'],
])('a text that is %s reads so', (status, more, words) => {
  expect(statusWords({ ...outbound, status, ...more }, 'UTC')).toBe(words)
})

test.each([
  ['nothing', [], null],
  ['one text', [{ price: '-0.0079', segments: 1 }], 0.0079],
  [
    'texts of several segments',
    [
      { price: '-0.02', segments: 2 },
      { price: '-0.01', segments: 2 },
    ],
    0.0075,
  ],
  ['a price that is no number', [{ price: 'free', segments: 1 }], null],
])('the price of a segment by %s', (_, texts, price) => {
  const each = pricePerSegment(texts)
  expect(each === null ? null : each.toFixed(6)).toBe(price === null ? null : price.toFixed(6))
})

test.each([
  ['Hello', 0.0079, '5 characters, 1 segment (GSM-7); about 0.0079 as texts from this number have cost.'],
  ['x'.repeat(161), 0.0079, '161 characters, 2 segments (GSM-7); about 0.0158 as texts from this number have cost.'],
  ['☕', null, '1 characters, 1 segment (UCS-2); the cost is not known yet.'],
])('%.10s… counts as', (body, each, words) => {
  expect(countWords(body, each)).toBe(words)
})

describe('the screen', () => {
  const hostile = '[**x**](https://evil.example)'
  const many = Array.from({ length: 15 }, (_, n) => `+120255501${10 + n}`)
  const full: Shown = {
    ...shown,
    sender: many[12] ?? '',
    senders: many,
    open: true,
    texts: ['scheduled', 'scheduled', 'failed'].map((status, id) => ({
      ...outbound,
      id,
      status,
      body: hostile,
      sendAt: NOW,
    })),
  }
  const draft = draftOf({ body: hostile, subject: hostile, at: hostile, when: 'x', conversation: 'new' })

  test.each([
    ['for a first text', shown, draftOf({})],
    ['with everything', full, draft],
    ['for somebody opted out', { ...full, optedOut: true }, draft],
    ['with a Messaging Service', { ...shown, sender: '', senders: ['', '+12025550199'] }, draftOf({ from: 'service' })],
  ])('%s is made of what Canvas Kit documents, each id once', (_, state, written) => {
    const made = screen(state, written, { press: 'p', notice: { words: 'Note this.', fault: true } })
    const { components } = canvasAnswer.parse(made).canvas.content
    const ids = components.flatMap((one) => ('id' in one ? [one.id] : []))
    expect(new Set(ids).size).toBe(ids.length)
    const markdown = components.flatMap((one) => (one.type === 'text' ? [one.text] : []))
    expect(markdown.join()).not.toContain('evil')
  })

  test('offers at most ten senders, the one in use among them', () => {
    const { components } = screen(full, draft, { press: 'p' }).canvas.content
    const from = components.find((one) => one.type === 'dropdown' && one.id === 'from')
    expect(from).toMatchObject({ value: many[12], options: { length: 10 } })
  })

  test('keeps what is written, and a choice only if there is such a one', () => {
    const { components } = screen(full, draft, { press: 'p' }).canvas.content
    const value = (id: string) => components.flatMap((one) => ('value' in one && one.id === id ? [one.value] : []))[0]
    expect(['body', 'subject', 'at', 'conversation', 'when'].map(value)).toEqual([
      hostile,
      hostile,
      hostile,
      'new',
      'now',
    ])
  })

  test('stays below the 64 KB that Intercom takes, whatever is written', () => {
    const long = { body: '\u0001'.repeat(100_000), subject: '\u0001'.repeat(9000), at: '\u0001'.repeat(9000) }
    expect(JSON.stringify(screen(full, draftOf(long), { press: 'p' })).length).toBeLessThan(64 * 1024)
  })
})

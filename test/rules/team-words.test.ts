import { expect, test } from '@jest/globals'
import type { News, ToldEvent } from '../../src/rules/team-events.ts'
import { escapeForSlack, wordsFor } from '../../src/rules/team-words.ts'
import { message } from './news.ts'

const LINK = 'https://app.intercom.com/a/apps/_/conversations/7'
const told = (news: News, url: string | null = LINK): ToldEvent => ({ ...news, id: 'evt_1', at: 0, url })
const text = (body: string, more = {}) =>
  told({ type: 'message.received', data: { message: message(body, more), conversationId: '7' } })

const file = { url: 'https://x', contentType: 'image/png' }
const failed = { status: 'undelivered', error: { code: 30006, message: 'A landline. Call instead.' } }
const job = { id: 'e12', kind: 'part.post', error: 'Intercom refused it.' }
const consent = { customer: '+12025550123', number: '+12025550199', source: 'keyword', conversationId: null }

test.each<[string, ToldEvent, string[]]>([
  ['a text', text('Hello?'), ['Text from +1 202 555 0123 to +1 202 555 0199', '“Hello?”', LINK]],
  ['a picture', text('', { media: [file] }), ['Text from +1 202 555 0123 to +1 202 555 0199', 'with a file', LINK]],
  [
    'files',
    text('Look', { media: [file, file] }),
    ['Text from +1 202 555 0123 to +1 202 555 0199', '“Look”', 'with 2 files', LINK],
  ],
  [
    'a conversation',
    told({ type: 'conversation.started', data: { message: message('Hello?'), conversationId: '7' } }),
    ['New conversation with +1 202 555 0123', '“Hello?”', LINK],
  ],
  [
    'a failure',
    told({ type: 'sms.failed', data: { message: message('It ships today.', failed), conversationId: null } }, null),
    ['A text to +1 202 555 0123 failed', 'A landline. Call instead. (30006)', '“It ships today.”'],
  ],
  [
    'an unknown fate',
    told({ type: 'sms.failed', data: { message: message('Hi', { status: 'unknown' }), conversationId: '7' } }),
    ['A text to +1 202 555 0123 may not have arrived', '“Hi”', LINK],
  ],
  [
    'an opt-out',
    told({ type: 'opt_out.changed', data: { ...consent, optedOut: true } }, null),
    ['+1 202 555 0123 has opted out of texts from +1 202 555 0199'],
  ],
  [
    'an opt-in for all numbers',
    told({ type: 'opt_out.changed', data: { ...consent, number: null, optedOut: false } }, null),
    ['+1 202 555 0123 may be texted again from all our numbers'],
  ],
  [
    'a dead letter',
    told({ type: 'job.dead', data: { job, message: null, conversationId: null } }, null),
    [
      'The bridge has given up on a job (part.post e12)',
      'Intercom refused it.',
      'Once the reason is gone, "npm run bridge -- retry e12" tries it again.',
    ],
  ],
  [
    'trouble',
    told({ type: 'bridge.unhealthy', data: { healthy: false, reasons: ['One.', 'Two.'] } }, null),
    ['The bridge needs help', 'One.', 'Two.'],
  ],
  [
    'its end',
    told({ type: 'bridge.unhealthy', data: { healthy: true, reasons: [] } }, null),
    ['The bridge is well again'],
  ],
])('%s is told line by line', (_, event, lines) => {
  const words = wordsFor([event])
  expect(words.text.split('\n')).toEqual(lines)
  expect(words.subject).toBe(lines[0])
})

test('a digest lists what happened, and says how much it leaves out', () => {
  const { subject, text: all } = wordsFor(Array.from({ length: 53 }, (_, n) => text(`Text ${n}`)))
  expect(subject).toBe('53 things happened')
  expect(all.match(/^•/gm)).toHaveLength(50)
  expect([all.split('\n')[0], all.split('\n').at(-1)]).toEqual(['53 things happened:', '… and 3 more.'])
})

test('a long text is quoted in part', () => {
  expect(wordsFor([text('x'.repeat(1600))]).text).toContain(`“${'x'.repeat(300)}…”`)
})

test('nothing in a text calls the whole channel, or makes a link', () => {
  expect(escapeForSlack('<!channel> <https://evil.example|here> & more')).toBe(
    '&lt;!channel&gt; &lt;https://evil.example|here&gt; &amp; more',
  )
})

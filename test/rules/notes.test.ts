import { describe, expect, test } from '@jest/globals'
import * as notes from '../../src/rules/notes.ts'

const hostile = '<script>alert("x")</script>'
const maria = { id: '6762', name: 'Maria' }

const examples: [string, string, string[]][] = [
  [
    'smsFailed',
    notes.smsFailed({ body: 'It ships today.', code: '30006', sentence: 'It is a landline.' }),
    ['“It ships today.” did not reach', 'errors/30006'],
  ],
  [
    'smsFailed without a code',
    notes.smsFailed({ body: '', code: 'ECONNRESET', sentence: 'No answer.' }),
    ['A file did not reach', 'No answer.'],
  ],
  [
    'smsUnknown',
    notes.smsUnknown({ body: 'Hi '.repeat(30) }),
    ['“Hi Hi Hi Hi Hi Hi Hi Hi Hi Hi Hi Hi Hi H…” may or may not have been delivered'],
  ],
  ['replyTooLong', notes.replyTooLong({ segments: 12, max: 10 }), ['12 SMS segments', 'at most 10']],
  ['replyTypeUnknown', notes.replyTypeUnknown({ partType: 'voice_memo' }), ['A reply of type “voice_memo”']],
  ['mediaNotFetched for one', notes.mediaNotFetched({ count: 1 }), ['A file', 'could not be fetched']],
  ['mediaNotFetched for several', notes.mediaNotFetched({ count: 3 }), ['3 files']],
  [
    'severalContacts',
    notes.severalContacts({ phone: '+1 202 555 0123', used: maria, others: [{ id: '6763', name: null }] }),
    ['+1 202 555 0123', 'Maria (contact 6762)', 'no name (contact 6763)', 'merge'],
  ],
  ['smsNotPosted', notes.smsNotPosted({ sentence: 'Intercom refused it.' }), ['Intercom refused it.', 'retry']],
  ['cannotBeTexted', notes.cannotBeTexted({ address: 'ACME' }), ['“ACME” cannot receive texts']],
  ['attachmentSentAsLink', notes.attachmentSentAsLink({ name: 'a.pdf' }), ['“a.pdf” was sent as a link']],
  ['attachmentNotSent', notes.attachmentNotSent({ name: 'a.zip', sentence: 'It is too large.' }), ['It is too large.']],
  [
    'textedFromSidebar',
    notes.textedFromSidebar({ by: 'Sam', body: 'One\nTwo', at: null, begins: false }),
    ['Sam texted the customer', '“One<br>Two”', 'comes in here'],
  ],
  [
    'textedFromSidebar later',
    notes.textedFromSidebar({ by: 'Sam', body: 'Hi', at: '2026-11-24 09:00 (UTC)', begins: true }),
    ['Sam will text the customer at 2026-11-24 09:00 (UTC)', 'begins a new conversation'],
  ],
  ['textCanceled', notes.textCanceled({ by: 'Sam', body: 'Hi' }), ['Sam canceled', '“Hi” is not sent']],
  ['countryNotAllowed', notes.countryNotAllowed({ body: 'Hi', country: 'GB' }), ['this country (GB)', 'not allowed']],
  [
    'countryNotAllowed anywhere',
    notes.countryNotAllowed({ body: 'Hi', country: null }),
    ['texts to this country are not allowed'],
  ],
  ['keywordKeptOut', notes.keywordKeptOut({ body: 'HOURS' }), ['“HOURS”', 'automatically']],
  ['automaticStopped', notes.automaticStopped(), ['have stopped', 'Answer yourself']],
  ['responderSilent', notes.responderSilent(), ['several times in a row', 'tell whoever runs the bot']],
  ['surveyAnswered', notes.surveyAnswered({ answer: '5', low: false }), ['“5”', 'nothing needs to be done']],
  ['surveyAnswered with a low one', notes.surveyAnswered({ answer: '1', low: true }), ['“1”', 'open again']],
  ['redactedAfterSending', notes.redactedAfterSending(), ['already been texted']],
  ['routed', notes.routed({ words: 'Answer within an hour.' }), ['Answer within an hour.']],
  [
    'notAssigned',
    notes.notAssigned({ assignee: 'the team “Sales”', sentence: 'It is gone.' }),
    ['gone to the team “Sales”', 'It is gone.', 'by hand'],
  ],
]

describe('a note', () => {
  test.each(examples)('%s says what happened and what to do', (_name, html, parts) => {
    for (const part of parts) expect(html).toContain(part)
    expect(html).toMatch(/^<p><b>[^<]+\.<\/b> [^<]+.*\.?<\/p>$/)
  })

  test.each([
    ['smsFailed', notes.smsFailed({ body: hostile, code: hostile, sentence: hostile })],
    ['replyTypeUnknown', notes.replyTypeUnknown({ partType: hostile })],
    [
      'severalContacts',
      notes.severalContacts({ phone: hostile, used: maria, others: [{ id: hostile, name: hostile }] }),
    ],
    ['smsNotPosted', notes.smsNotPosted({ sentence: hostile })],
    ['cannotBeTexted', notes.cannotBeTexted({ address: hostile })],
    ['attachmentSentAsLink', notes.attachmentSentAsLink({ name: hostile })],
    ['saidByItself', notes.saidByItself({ origin: 'automatic', body: hostile })],
    ['keywordKeptOut', notes.keywordKeptOut({ body: hostile })],
    ['surveyAnswered', notes.surveyAnswered({ answer: hostile, low: true })],
    ['attachmentNotSent', notes.attachmentNotSent({ name: hostile, sentence: hostile })],
    ['textedFromSidebar', notes.textedFromSidebar({ by: hostile, body: hostile, at: hostile, begins: true })],
    ['textCanceled', notes.textCanceled({ by: hostile, body: hostile })],
    ['routed', notes.routed({ words: hostile })],
    ['notAssigned', notes.notAssigned({ assignee: hostile, sentence: hostile })],
  ])('%s escapes what comes from outside', (_name, html) => {
    expect(html).toContain('&lt;script&gt;')
    expect(html).not.toContain('<script')
  })
})

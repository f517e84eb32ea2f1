import { expect, test } from '@jest/globals'
import * as notes from '../../src/rules/command-notes.ts'

const hostile = '<script>alert("x")</script>'

test.each([
  ['unknownCommand', notes.unknownCommand({ word: hostile })],
  ['noteTexted', notes.noteTexted({ customer: hostile })],
  ['texting', notes.texting({ customer: hostile, number: hostile })],
  ['textedElsewhere', notes.textedElsewhere({ customer: hostile, link: hostile })],
  ['notTextedElsewhere', notes.notTextedElsewhere({ link: hostile })],
  ['textedFromElsewhere', notes.textedFromElsewhere({ words: hostile, link: hostile })],
  ['goesOnInStarted', notes.goesOnInStarted({ next: hostile })],
  ['severalPhones', notes.severalPhones({ names: [hostile] })],
  ['notStarted', notes.notStarted({ sentence: hostile })],
  ['numberTexted', notes.numberTexted({ number: hostile })],
  ['repliesLeaveFrom', notes.repliesLeaveFrom({ number: hostile })],
  ['notOurNumber', notes.notOurNumber({ asked: hostile, number: hostile, ours: [hostile] })],
  ['numberIsFixed', notes.numberIsFixed({ number: hostile })],
  ['switchNotSent', notes.switchNotSent({ sentence: hostile })],
])('%s escapes what comes from outside', (_name, html) => {
  expect(html).toContain('&lt;script&gt;')
  expect(html).not.toContain('<script')
})

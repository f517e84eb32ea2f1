import { expect, test } from '@jest/globals'
import { looksLikeLoop } from '../../src/rules/loop.ts'

const NOW = 1_700_000_000_000
const MINUTE = 60_000
const texts = (count: number, everyMs: number, body = (n: number) => `text ${n}`) =>
  Array.from({ length: count }, (_, n) => ({ body: body(n), at: NOW - n * everyMs }))
const times = (count: number, everyMs: number) => Array.from({ length: count }, (_, n) => NOW - n * everyMs)
const same = () => 'Auto-reply: away'

test.each([
  ['a first text', texts(1, 0), [], false],
  ['a person who writes a lot', texts(30, 1500), times(4, 10_000), false],
  ['more in a minute than is allowed', texts(31, 1500), [], true],
  ['as many, but in an hour', texts(31, MINUTE), [], false],
  ['the same words three times', texts(3, MINUTE, same), [], false],
  ['the same words a fourth time', texts(4, MINUTE, same), [], true],
  ['whatever their case and spaces', texts(4, MINUTE, (n) => (n % 2 ? 'AUTO-reply:  away ' : same())), [], true],
  ['the same words a fourth time, in a day', texts(4, 8 * 60 * MINUTE, same), [], false],
  ['the same words three times, and others now', [{ body: 'hello', at: NOW }, ...texts(3, MINUTE, same)], [], false],
  ['said five times in a minute', texts(1, 0), times(5, 10_000), true],
  ['said five times in an hour', texts(1, 0), times(5, 10 * MINUTE), false],
  ['said thirty times in an hour', texts(1, 0), times(30, 1.9 * MINUTE), true],
])('%s: %#', (_, received, said, loop) => {
  expect(looksLikeLoop({ now: NOW, received, said }, 30)).toBe(loop)
})

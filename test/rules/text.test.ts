import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { cleanText, escapeHtml, toSmsText } from '../../src/rules/text.ts'
import { sharedFile } from '../support/shared.ts'

const textOf = (body: string) => toSmsText(body).text

describe('an HTML body', () => {
  test.each([
    ['paragraphs', '<p>Hi Maria,</p>\n<p>it is ready.</p>', 'Hi Maria,\n\nit is ready.'],
    ["the composer's lines", '<p class="no-margin">Hi</p>\n<p class="no-margin">Maria</p>', 'Hi\nMaria'],
    ['empty lines', '<p class="no-margin">a</p><p class="no-margin"></p><p class="no-margin">b</p>', 'a\n\nb'],
    ['line breaks', '<p>one<br>two<br/>three</p>', 'one\ntwo\nthree'],
    ['entities', '<p>I &lt;3 fish &amp; chips &#128512;</p>', 'I <3 fish & chips 😀'],
    ['no-break spaces', '<p>10&nbsp;am&nbsp;</p>', '10 am'],
    ['inline marks', '<p>Your <b>order</b> <i>#12</i></p>', 'Your order #12'],
    ['headings', '<h1>Opening Hours</h1><p>9 to 5</p>', 'Opening Hours\n\n9 to 5'],
    ['bullets', '<ul>\n<li>tea</li>\n<li><p>milk</p></li></ul>', '- tea\n- milk'],
    ['numbers', '<ol start="2"><li>tea</li><li>milk</li></ol>', '2. tea\n3. milk'],
    ['nested lists', '<ul><li>tea<ol><li>green</li></ol></li><li>milk</li></ul>', '- tea\n  1. green\n- milk'],
    ['quotes', '<blockquote>Hi</blockquote>', '> Hi'],
    ['preformatted text', '<pre>a  b\n c</pre>', 'a  b\n c'],
    ['tables', '<table><tr><td>Mon</td><td>9-5</td></tr><tr><td>Tue</td></tr></table>', 'Mon 9-5\nTue'],
    ['styles', '<style>p { color: red }</style><p>x</p>', '<style>p { color: red }</style><p>x</p>'],
    ['styles within', '<p>x</p><style>p { color: red }</style>', 'x'],
    ['joined emoji', '<p>👩‍👧 ok</p>', '👩‍👧 ok'],
    ['long lines', `<p>${'word '.repeat(100)}</p>`, 'word '.repeat(100).trim()],
    ['unclosed elements', '<p>one<p>two', 'one\n\ntwo'],
    ['empty paragraphs', '<p></p>', ''],
  ])('keeps the sense of %s', (_what, html, text) => {
    expect(textOf(html)).toBe(text)
  })

  test.each([
    ['<a href="https://example.com/a?b=1&amp;c=2">see here</a>', 'see here (https://example.com/a?b=1&c=2)'],
    ['<a href="https://example.com/a">https://example.com/a</a>', 'https://example.com/a'],
    ['<a href="https://example.com/">example.com</a>', 'example.com'],
    ['<a href="https://example.com/x"><b></b></a>', 'https://example.com/x'],
    ['<a href="mailto:sam@example.com?subject=Hi">sam@example.com</a>', 'sam@example.com'],
    ['<a href="mailto:sam@example.com">write to us</a>', 'write to us (sam@example.com)'],
    ['<a href="tel:+12025550123">(202) 555-0123</a>', '(202) 555-0123 (+12025550123)'],
    ['<a href="tel:+12025550123">+1 202 555 0123</a>', '+1 202 555 0123'],
    ['<a href="https://exa\u202emple.com\u200b/a">here</a>', 'here (https://example.com/a)'],
    ['<a href="java\tscript:alert(1)">click</a>', 'click'],
    ['<a href="/help">help</a>', 'help'],
    ['<a>nothing</a>', 'nothing'],
  ])('turns the link %s into %s', (html, text) => {
    expect(textOf(`<p>${html}</p>`)).toBe(text)
  })

  test('gives its inline images apart from its words, each once', () => {
    const image = '<img src="https://downloads.intercomcdn.com/i/1.png?a=1&amp;b=2" alt="a cat">'
    expect(toSmsText(`<p>Look:</p>${image}<div>${image}</div><img src="data:image/png;base64,AA">`)).toEqual({
      text: 'Look:',
      images: ['https://downloads.intercomcdn.com/i/1.png?a=1&b=2'],
    })
  })
})

describe('a plain body', () => {
  test.each(['5 < 6 & <b>', 'a <p> is a paragraph', '<prefix>', '<b>bold</b>', '&amp;', ' two  spaces \n', ''])(
    'stays exactly %j',
    (body) => {
      expect(toSmsText(body)).toEqual({ text: body, images: [] })
    },
  )

  test('stays what it is, whatever it says', () => {
    const plain = fc.string({ unit: 'binary' }).filter((body) => !body.includes('<') && !body.includes('\0'))
    fc.assert(fc.property(plain, (body) => expect(textOf(body)).toBe(body)))
  })
})

test.each([
  ['nested elements', '<div>'],
  ['nested quotes', '<blockquote>x<br>'],
  ['nested links', '<a href="https://example.com">x'],
  ['nested lists', '<ul><li>'],
  ['open brackets', '<'],
  ['white space', ' '],
])('a megabyte of %s is read in bounded time and without an exception', (_what, unit) => {
  const body = `<p>${unit.repeat(1_000_000 / unit.length)}`
  const started = performance.now()
  expect(textOf(body).length).toBeLessThan(1_000_000)
  expect(performance.now() - started).toBeLessThan(3000)
})

test('escaping a text and reading it as HTML gives the words back', () => {
  const words = fc.array(fc.string({ unit: 'binary-ascii', minLength: 1 }).map((s) => s.replace(/[\s\0]/g, '_')))
  fc.assert(
    fc.property(words, (parts) => {
      const text = parts.join(' ')
      expect(textOf(`<p>${escapeHtml(text)}</p>`)).toBe(text.trim())
    }),
  )
})

test.each([
  ['a\0b', 'a\uFFFDb'],
  ['a\ud83db', 'a\uFFFDb'],
  ['\ude00', '\uFFFD'],
  ['😀 é \u200d', '😀 é \u200d'],
])('cleanText turns %j into %j', (dirty, clean) => {
  expect(cleanText(dirty)).toBe(clean)
})

const naughtyStrings = sharedFile('samples/texts/naughty-strings.json')
const testNaughty = naughtyStrings ? test : test.skip
testNaughty('naughty strings survive, as plain text and escaped in a paragraph', () => {
  const strings: string[] = JSON.parse(readFileSync(naughtyStrings ?? '', 'utf8'))
  for (const string of strings) {
    const words = (text: string) => text.split(/[\s\u00a0]+/).filter(Boolean)
    expect(words(textOf(`<p>${escapeHtml(string)}</p>`))).toEqual(words(cleanText(string)))
  }
})

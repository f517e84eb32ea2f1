import { parseEnv } from 'node:util'
import { expect, test } from '@jest/globals'
import { withValues } from '../../src/cli/setup/env-file.ts'

test.each([
  ['where it stands', 'A=1\nPORT=3000\nB=2\n', 'A=1\nPORT=8080\nB=2\n'],
  ['with a comment behind it', 'PORT=3000 # ours\n', 'PORT=8080 # ours\n'],
  ['exported, in quotes', 'export PORT="3000"\n', 'PORT=8080\n'],
  ['the last of several, which counts', 'PORT=1\nPORT=2\n', 'PORT=1\nPORT=8080\n'],
  [
    'where it is explained',
    '# The port.\n# PORT=3000\n\n# Next.\n',
    '# The port.\n# PORT=3000\nPORT=8080\n\n# Next.\n',
  ],
  ['at the end, where it is not known', 'A=1', 'A=1\nPORT=8080\n'],
  ['over several lines', 'PORT="a\nb"\nA=1\n', 'PORT=8080\nA=1\n'],
  ['nowhere, where it is right already', "PORT='8080'\n", "PORT='8080'\n"],
])('a value is put %s', (_where, before, after) => {
  expect(withValues(before, { PORT: '8080' })).toBe(after)
})

test.each([
  ['plain', 'abc-123_=/+.:@'],
  ['with a hash', 'a#b'],
  ['with spaces', 'a b'],
  ['with quotes', `it's "so"`],
  ['with a backslash and an n', 'a\\nb'],
  ['with a dollar', '$&$1'],
  ['of two lines', 'a\nb'],
])('a value %s is read back as it was', (_kind, value) => {
  expect(parseEnv(withValues('SMTP_URL=old\n', { SMTP_URL: value })).SMTP_URL).toBe(value)
})

test('what a line cannot hold is refused by name, and never shown', () => {
  const secret = 'a\'b"c`d #e'
  expect(() => withValues('', { CONSOLE_TOKEN: secret })).toThrow(/^CONSOLE_TOKEN holds what a line of \.env cannot/)
})

import { execFileSync } from 'node:child_process'
import { expect, test } from '@jest/globals'
import type { Command } from 'commander'
import { completionFor, SHELLS } from '../../src/cli/completion.ts'
import { withFolder } from '../store/temporary.ts'
import { command } from './command.ts'
import { program, VERBS } from './verbs.ts'

test('the verbs are those of the README', () => {
  const names = program.commands.map((verb) => verb.name())
  for (const verb of [
    'send',
    'messages',
    'dead',
    'retry',
    'opt-outs',
    'export',
    'erase',
    'reconcile',
    'backup',
    'stats',
  ]) {
    expect(names).toContain(verb)
  }
})

/** What `--help` prints, in this process: to start one for every verb takes longer than all other tests of this file. */
function helpOf(path: string[]): string {
  const verb = path.reduce<Command>((parent, name) => parent.commands.find((c) => c.name() === name) ?? parent, program)
  const said: string[] = []
  verb.configureOutput({ writeOut: (text) => said.push(text) })
  verb.outputHelp()
  return said.join('')
}

test.each(VERBS)('%s --help shows what it does, --json, and an example', (verb) => {
  const out = helpOf(verb.split(' '))
  expect(out).toContain('--json')
  expect(out).toMatch(new RegExp(`Examples:\\n +npm run (--silent )?bridge -- ${verb}`))
})

test('where a file or a program gets what is printed, the example keeps npm’s own lines out of it', () => {
  const lines = [[], ...VERBS.map((verb) => verb.split(' '))].flatMap((path) => helpOf(path).split('\n'))
  const given = lines.filter((line) => /^ +npm run .*(--json|[>|])/.test(line))
  expect(given).toContain('    npm run --silent bridge -- completion bash >> ~/.bash_completion')
  expect(given.filter((line) => !line.includes('npm run --silent '))).toEqual([])
})

test('--help is printed where it is asked for', () =>
  withFolder(async (cwd) => {
    const { code, out } = await command(['opt-outs', 'import', '--help'], { cwd })
    expect([code, out]).toEqual([0, helpOf(['opt-outs', 'import'])])
  }))

/** What bash offers for a line that ends where Tab is pressed. */
function offered(...line: string[]): string[] {
  const script = `${completionFor(program, 'bash')}
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _bridge; printf '%s\\n' "\${COMPREPLY[@]}"`
  const out = execFileSync('bash', ['-c', script, 'bash', 'bridge', ...line], { encoding: 'utf8' })
  return out.split('\n').filter((word) => word !== '')
}

test.each([
  [['me'], ['messages']],
  [
    ['opt-outs', ''],
    ['export', 'import', '--json', '--help'],
  ],
  [['opt-outs', 'im'], ['import']],
  [['messages', '--p'], ['--phone']],
  [['--json', 'messages', '--phone', '+12025550123', '--st'], ['--status']],
  [['completion', 'f'], ['fish']],
  [['erase', '--t'], ['--twilio']],
  [['backup', 'co'], []],
])('bash completes %j', (line, words) => {
  expect(offered(...line)).toEqual(words)
})

test.each(SHELLS)('%s gets a script that names every verb', async (shell) =>
  withFolder(async (cwd) => {
    const { code, out } = await command(['completion', shell], { cwd })
    expect(code).toBe(0)
    for (const path of VERBS) expect(out).toContain(path.at(-1))
  }),
)

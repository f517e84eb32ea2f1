import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { SECRETS } from '../../src/config/env-reading.ts'
import { REFUSALS } from '../../src/console/refusals.ts'
import { ROUTES } from '../../src/console/routes.ts'
import { VERBS } from '../cli/verbs.ts'
import { filesIn, PROJECT, read } from '../support/project.ts'
import { behaviourSettings } from './settings-page.ts'

const PAGES = ['README.md', ...filesIn('docs', '.md')]
const DOCS = PAGES.map(read).join('\n')
const TABLES = ['src/store/schema.ts', 'src/store/schema-privacy.ts']
const SOURCES = filesIn('src', '.ts').filter((path) => !path.startsWith('src/sandbox/'))
const scripts: Record<string, string> = JSON.parse(read('package.json')).scripts

/** All that a pattern's first group finds in a text, each once. */
function found(text: string, pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].map(([, word]) => word ?? ''))].sort()
}
/** In the documentation, as code: `word`, alone or with more. */
const isDocumented = (word: string) =>
  new RegExp(`\`[^\`\n]*(?<![\\w-])${literally(word)}(?![\\w-])[^\`\n]*\``).test(DOCS)
const NPM_SCRIPT = /npm (?:run (?:--silent )?)?((?<=run (?:--silent )?)[\w:]+|test|start)\b/g
const literally = (text: string) => text.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&')

/** As GitHub makes them of headings. */
const anchorsOf = (page: string) =>
  found(read(page), /^#+ (.+)$/gm).map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )

describe.each(PAGES)('%s', (page) => {
  test('links to nothing that is not there', () => {
    const links = found(read(page), /\]\(([^)\s]+)\)/g).filter((link) => !/^(https?:|mailto:)/.test(link))
    const broken = links.filter((link) => {
      const [path = '', anchor] = link.split('#')
      const target = path === '' ? page : join(dirname(page), path)
      if (!existsSync(join(PROJECT, target))) return true
      return anchor !== undefined && !anchorsOf(target).includes(anchor)
    })
    expect(broken).toEqual([])
  })

  test('names no file of the project that is not there', () => {
    const mine = ['config/bridge.yaml']
    const paths = found(read(page), /`((?:src|test|config|scripts|docs)\/[\w./-]*)`/g)
    expect(paths.filter((path) => !mine.includes(path) && !existsSync(join(PROJECT, path)))).toEqual([])
  })

  test('names no program that is not there', () => {
    const programs = found(read(page), /\bdist\/([\w/-]+)\.js\b/g)
    expect(programs.filter((name) => !existsSync(join(PROJECT, 'dist', `${name}.js`)))).toEqual([])
  })

  test('names no npm script that is not there', () => {
    expect(found(read(page), NPM_SCRIPT).filter((name) => !(name in scripts))).toEqual([])
  })

  test('keeps npm’s own lines out of what a file or a program is given', () => {
    const commands = found(read(page), /(?:^|[`"(])(npm run (?!--silent )[^`\n#]*)/gm)
    expect(commands.filter((command) => /--json| [>|]+ /.test(command))).toEqual([])
  })
})

describe('the documentation names', () => {
  const routes = [
    ...found(read('src/server.ts'), /\bapp\.(?:get|post|head)\(\s*'(\/[^']*)'/g),
    // What is mounted as a whole: a router of its own, under one address.
    ...found(read('src/server.ts'), /\bapp\.use\(\s*'(\/[^']*)'/g),
    ...ROUTES.map(({ path }) => path),
  ]
  test('every route', () => {
    expect(routes.length).toBeGreaterThan(25)
    expect(routes).toEqual(expect.arrayContaining(['/webhooks/intercom/series', '/api/v1', '/console']))
    // Several that differ in their last word are written as `POST /messages/:id/resend`, `/cancel`.
    const inShort = (route: string) => {
      const [, base = '', last = ''] = /^(.+)(\/[\w-]+)$/.exec(route) ?? []
      return isDocumented(base) && DOCS.includes(`\`${last}\``)
    }
    expect(routes.filter((route) => !isDocumented(route) && !inShort(route))).toEqual([])
  })

  test.each(Object.entries(REFUSALS))('the refusal %s of the operator API, with its status', (code, { status }) => {
    expect(read('docs/codes.md')).toContain(`| \`${code}\` | ${status} |`)
  })

  const codes = found(
    SOURCES.map(read).join('\n'),
    /(?:\bcode: |\brefuse(?:d: |\(res, \d{3}, )|\breason: |\bfailed\(|Refused\(|\bfinal\('[^']*', )'([a-z]+(?:_[a-z]+)*)'/g,
  )
  test('every code', () => {
    expect(codes).toEqual(expect.arrayContaining(['opted_out', 'signature', 'too_long', 'unproven', 'media_refused']))
    expect(codes.filter((code) => !isDocumented(code))).toEqual([])
  })

  const isShown = (verb: string) =>
    ['', '--silent '].some((silent) => DOCS.includes(`npm run ${silent}bridge -- ${verb}`))
  test('every verb of the command line', () => {
    expect(VERBS).toEqual(expect.arrayContaining(['messages', 'retry', 'opt-outs import']))
    expect(VERBS.filter((verb) => !isShown(verb))).toEqual([])
  })

  test('every secret, with how it is changed', () => {
    const [, table = ''] = read('docs/deploying.md').split('## Changing secrets')
    const rows = found(table.split('\n## ')[0] ?? '', /^(\| .+ \|)$/gm)
    const secrets = [
      ...SECRETS,
      ...behaviourSettings()
        .map(({ path }) => path)
        .filter((path) => /secret/i.test(path)),
    ]
    expect(secrets).toEqual(expect.arrayContaining(['SMTP_URL', 'notify[].secret', 'responder.secret']))
    // The one before has the name of the present one, and its row.
    const isIn = (row: string, name: string) => row.includes(`\`${name.replace(/_PREVIOUS$/, '')}\``)
    expect(secrets.filter((name) => !rows.some((row) => isIn(row, name)))).toEqual([])
  })

  test('every table of the database, with why and for how long it holds what it holds', () => {
    const tables = TABLES.flatMap((file) => {
      const [, fields = ''] = /export interface \w*Schema\b[^{]*\{\n(.*?)\n\}/s.exec(read(file)) ?? []
      return found(fields, /^ {2}(\w+): /gm)
    })
    expect(tables).toEqual(expect.arrayContaining(['messages', 'audit', 'erased', 'tasks']))
    const map = found(read('docs/privacy.md').split('## Handing out')[0] ?? '', /^\| [^|]+ \| ([^|]+) \|/gm).join()
    expect(tables.filter((table) => !map.includes(`\`${table}\``))).toEqual([])
  })

  test('every line of the log that it explains as it is', () => {
    const source = SOURCES.map(read).join('\n')
    const table = read('docs/observing.md').split('## Metrics')[0] ?? ''
    const rows = found(table, /^\| (`[^|]+) \|/gm).flatMap((cell) => found(cell, /`([^`]+)`/g))
    const lines = rows.filter((line) => line !== 'msg')
    expect(lines).toContain('text received')
    // Put together of two words where it is said.
    const said = (line: string) => source.includes(`'${line}'`) || source.includes(`'${line.replace(/ refused$/, '')}'`)
    expect(lines.filter((line) => !said(line))).toEqual([])
  })
})

test('what is not there would be noticed', () => {
  expect([isDocumented('opted_out'), isDocumented('opted_outs'), isDocumented('opted')]).toEqual([true, false, false])
  expect(found('`npm run nothing`, `npm run --silent none`', NPM_SCRIPT)).toEqual(['none', 'nothing'])
})

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { command, environmentOf } from '../cli/command.ts'
import { messages } from '../console/seed.ts'
import { withFolder } from '../store/temporary.ts'
import { filesIn, read } from '../support/project.ts'
import { conversation } from '../support/stories.ts'
import { worlds } from '../support/world.ts'

const start = worlds()

/** The commands of the documentation that need nothing but a bridge's database: each line after `npm run bridge --`. */
const SHOWN = ['README.md', ...filesIn('docs', '.md')].flatMap((page) =>
  [...read(page).matchAll(/^npm run bridge -- ([^#\n]+?)\s*(?:#.*)?$/gm)].map(([, words = '']) => words),
)
const COMMANDS = [...new Set(SHOWN)]
/** They need a text in a certain state, and say so where it is in another. */
const MAY_BE_REFUSED = /^(resend|mark-sent) /

test('every command at the command line that the documentation shows runs as it is written', async () => {
  expect(COMMANDS.length).toBeGreaterThanOrEqual(9)
  const world = await start({ yaml: 'reconcile: { onStart: false }' })
  await conversation(world)
  const now = world.now()
  await messages(
    world,
    Array.from({ length: 20 }, () => ({ at: now, status: 'unknown' })),
  )
  await withFolder(async (cwd) => {
    for (const words of COMMANDS) {
      const { code, err } = await command(words.split(' '), { cwd, env: environmentOf(world) })
      const refused = MAY_BE_REFUSED.test(words) && /^The message is /.test(err)
      expect([words, refused ? 0 : code, refused ? '' : err]).toEqual([words, 0, ''])
    }
  })
  // Each is a process of its own.
}, 120_000)

test('a command with an option that does not exist would be noticed', async () => {
  const world = await start({ yaml: 'reconcile: { onStart: false }' })
  await withFolder(async (cwd) => {
    const { code, err } = await command(['messages', '--telephone', '1'], { cwd, env: environmentOf(world) })
    expect([code, err]).toEqual([1, expect.stringContaining('unknown option')])
  })
})

test('the settings that the README starts with are enough to start, once filled in', async () => {
  const world = await start({ yaml: 'reconcile: { onStart: false }' })
  await withFolder(async (cwd) => {
    const given = environmentOf(world)
    const filled = read('.env.example').replace(/^([A-Z_]+)=$/gm, (_, name: string) => `${name}=${given[name] ?? ''}`)
    writeFileSync(join(cwd, '.env'), filled)
    const database = given.DATABASE_URL ?? ''
    const { code, err } = await command(['messages'], { cwd, env: { DATABASE_URL: database } })
    expect([code, err]).toEqual([0, ''])
  })
})

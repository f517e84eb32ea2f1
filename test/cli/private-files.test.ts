import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { withFolder } from '../store/temporary.ts'
import { worlds } from '../support/world.ts'
import { environmentOf } from './command.ts'

const start = worlds()

/** In a shell as most people have it, where new files may be read by everybody. */
function typed(program: string, args: string[], o: { cwd: string; env: Record<string, string> }) {
  const file = fileURLToPath(new URL(`../../dist/bin/${program}.js`, import.meta.url))
  const words = ['-c', 'umask 022; exec "$@"', 'sh', process.execPath, file, ...args]
  return spawn('sh', words, { ...o, stdio: ['ignore', 'pipe', 'inherit'] })
}

/** All that others may do there, by path. */
function openToOthers(folder: string): string[] {
  const paths = ['', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })].map((name) => join(folder, name))
  return paths.filter((path) => statSync(path).mode & 0o077)
}

test('a new database, its folder and a backup are for nobody else’s eyes', async () => {
  const world = await start({ yaml: 'reconcile: { onStart: false }' })
  await withFolder(async (cwd) => {
    const { DATABASE_URL: _, ...known } = environmentOf(world)
    const o = { cwd, env: { ...known, HOST: '127.0.0.1', PORT: '0' } }
    const bridge = typed('main', [], o)
    const ended = once(bridge, 'exit')
    for await (const line of createInterface({ input: bridge.stdout })) if (line.includes('"listening"')) break
    const [code] = await once(typed('bridge', ['backup', 'copy.db'], o), 'exit')
    const names = readdirSync(cwd, { recursive: true, encoding: 'utf8' })
    bridge.kill('SIGTERM')
    await ended
    expect([code, names]).toEqual([0, expect.arrayContaining(['copy.db', 'data', 'data/bridge.db'])])
    expect(openToOthers(cwd)).toEqual([])
  })
})

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from '@jest/globals'

const ADDRESS = /http:\/\/127\.0\.0\.1:\d+\//

test('npm run demo prints one address, and Ctrl-C ends everything within two seconds', async () => {
  // A process group of its own: Ctrl-C reaches npm and everything that it started.
  const command = spawn('npm', ['run', '--silent', 'demo'], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(command, 'exit')
  let printed = ''
  command.stdout.setEncoding('utf8')
  for await (const chunk of command.stdout) {
    printed += chunk
    const url = ADDRESS.exec(printed)?.[0]
    if (!url) continue
    expect((await fetch(url)).status).toBe(200)
    process.kill(-(command.pid ?? Number.NaN), 'SIGINT')
    break
  }
  const stoppedAt = performance.now()
  await ended
  expect(performance.now() - stoppedAt).toBeLessThan(2500)
  expect(printed.match(/http/g)).toHaveLength(1)
  await expect(fetch(ADDRESS.exec(printed)?.[0] ?? '')).rejects.toThrow('fetch failed')
})

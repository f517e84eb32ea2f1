import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { BridgeProcess } from './bridge-process.ts'

/** Why system calls cannot be tampered with here; null when they can. */
export const strace: string | null = (() => {
  const trial = spawnSync('strace', ['-f', '-o', '/dev/null', '-e', 'inject=fsync:error=EIO', 'true'])
  if (trial.error) return 'strace is not installed'
  return trial.status === 0 ? null : 'strace may not trace processes here'
})()

/**
 * From now on the bridge's system calls end as `inject` says; resolves when all its threads are held.
 * @param inject as `fsync:error=EIO` or `pwrite64:signal=KILL:when=3`, counted from now on in each thread
 * @returns lets go of the process
 */
export async function tamper({ pid }: BridgeProcess, inject: string): Promise<() => Promise<void>> {
  if (pid === null) throw new Error('The bridge does not run')
  const only = `trace=${inject.split(':', 1)}`
  const tracer = spawn('strace', ['-f', '-p', String(pid), '-o', '/dev/null', '-e', only, '-e', `inject=${inject}`], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const over = once(tracer, 'exit')
  await attached(tracer)
  return async () => {
    tracer.kill('SIGINT')
    await over
  }
}

function attached(tracer: ChildProcess & { stderr: NodeJS.ReadableStream }): Promise<void> {
  const said: string[] = []
  return new Promise((resolve, reject) => {
    createInterface({ input: tracer.stderr }).on('line', (line) => {
      said.push(line)
      if (line.includes('attached')) resolve()
    })
    tracer.once('exit', () => reject(new Error(`strace ended: ${said.join(' ')}`)))
  })
}

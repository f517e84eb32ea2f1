import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** Another process on the same machine. */
export interface Child {
  /** `kill -9`; resolves when it is gone. */
  kill(): Promise<void>
}

/**
 * Runs `script` (an ES module with `file`, `Database` of better-sqlite3 and `dist(name)`, an import of the compiled program)
 * until it is killed. Resolves when it has called `ready()`.
 */
export async function child(file: string, script: string): Promise<Child> {
  const preamble = `
    import { createRequire } from 'node:module'
    const Database = createRequire(${JSON.stringify(`${ROOT}package.json`)})('better-sqlite3')
    const dist = (name) => import(${JSON.stringify(`file://${ROOT}dist/`)} + name)
    const file = ${JSON.stringify(file)}
    const ready = () => process.stdout.write('ready')
    setInterval(() => {}, 1000)
  `
  const stdio: ['ignore', 'pipe', 'inherit'] = ['ignore', 'pipe', 'inherit']
  const process_ = spawn(process.execPath, ['--input-type=module', '-e', preamble + script], { stdio })
  await Promise.race([once(process_.stdout, 'data'), ended(process_)])
  return {
    async kill() {
      process_.kill('SIGKILL')
      await once(process_, 'exit')
    },
  }
}

async function ended(process_: ChildProcess): Promise<never> {
  const [code] = await once(process_, 'exit')
  throw new Error(`The other process ended with ${code}`)
}

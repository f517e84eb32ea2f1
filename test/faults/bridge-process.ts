import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../dist/bin/main.js', import.meta.url))

/** The bridge as `npm start` runs it, in a process of its own that can be killed and started again. */
export interface BridgeProcess {
  /** Of the present life; null while there is none. */
  readonly pid: number | null
  /** Every line that all its lives have written. */
  readonly output: readonly string[]
  /** Ends that nobody asked for. */
  readonly surprises: readonly string[]
  /** Resolves with its port once it listens. */
  start(): Promise<number>
  /** `kill -9`, and it is gone. */
  kill(): Promise<void>
  /** SIGTERM. Resolves with the exit code and how long it took, in milliseconds. */
  stop(): Promise<{ code: number | null; ms: number }>
  /** It is about to end for a reason of its own. Resolves with the exit code, null when a signal ended it. */
  end(): Promise<number | null>
}

interface Life {
  child: ChildProcess
  /** Resolves with its port, or null when it ended before it listened. */
  listening: Promise<number | null>
  /** Its output is complete. */
  over: Promise<number | null>
}

/** @param uid the user to run as, where this process may choose */
export function bridgeProcess(o: {
  folder: string
  env: Record<string, string>
  uid?: number
  onGone?: () => void
}): BridgeProcess {
  const output: string[] = []
  const surprises: string[] = []
  let life: Life | null = null
  let expected = false

  async function end(): Promise<number | null> {
    expected = true
    return life?.over ?? null
  }

  return {
    get pid() {
      return life?.child.pid ?? null
    },
    output,
    surprises,
    async start() {
      if (life) throw new Error('It runs already')
      expected = false
      let listens = false
      const begun = begin(o, output)
      life = begun
      void begun.over.then((code) => {
        life = null
        o.onGone?.()
        if (listens && !expected) surprises.push(`ended by itself with ${code}: ${output.slice(-3).join(' | ')}`)
      })
      const port = await begun.listening
      listens = port !== null
      if (port !== null) return port
      throw new Error(`The bridge did not start: exit code ${await begun.over}\n${output.slice(-10).join('\n')}`)
    },
    async kill() {
      life?.child.kill('SIGKILL')
      await end()
    },
    async stop() {
      const from = performance.now()
      life?.child.kill('SIGTERM')
      const code = await end()
      return { code, ms: performance.now() - from }
    },
    end,
  }
}

function begin(o: { folder: string; env: Record<string, string>; uid?: number }, output: string[]): Life {
  const child = spawn(process.execPath, [MAIN], {
    // In a folder of its own: no .env and no behaviour file of the person who runs this.
    cwd: o.folder,
    env: { PATH: process.env.PATH, ...o.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(o.uid === undefined ? {} : { uid: o.uid }),
  })
  const over = new Promise<number | null>((resolve) => child.once('close', resolve))
  createInterface({ input: child.stderr }).on('line', (line) => output.push(line))
  const listening = new Promise<number>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      output.push(line)
      if (line.includes('"msg":"listening"')) resolve(JSON.parse(line).port)
    })
  })
  return { child, over, listening: Promise.race([listening, over.then(() => null)]) }
}

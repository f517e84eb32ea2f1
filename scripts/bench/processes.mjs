import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import Database from 'better-sqlite3'
import { pinned } from './machine.mjs'
import { settings } from './settings.mjs'

const { scripts } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
/** What `npm start` hands to Node besides the program. */
const NODE_FLAGS = scripts.start
  .split(' node ')
  .at(-1)
  .split(' ')
  .filter((word) => word.startsWith('--'))
const BRIDGE = fileURLToPath(new URL('../../dist/main.js', import.meta.url))
/** Of /proc, on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100
const here = (name) => fileURLToPath(new URL(name, import.meta.url))

/**
 * The bridge as `npm start` runs it, with a database of its own and both stand-ins, in processes of their own.
 * @param options.intercomDelayMs how long Intercom takes to answer
 */
export async function startBridge({ intercomDelayMs }) {
  const vendors = await start([here('servers/stand-ins.mjs'), String(intercomDelayMs)], { where: 'others' })
  const bridge = await startWithFolder([...NODE_FLAGS, BRIDGE], {
    TWILIO_API_URL: vendors.listening.twilioUrl,
    INTERCOM_API_URL: vendors.listening.intercomUrl,
  })
  vendors.child.send({ bridgePort: bridge.port })
  return {
    ...bridge,
    async stop() {
      await bridge.stop()
      await vendors.stop()
    },
  }
}

/** The bridge with a town of customers and agents; `tell` hands it a task of servers/town.mjs and resolves with its answer. */
export async function startTown() {
  const town = await start([here('servers/town.mjs')], { where: 'others' })
  const bridge = await startWithFolder([...NODE_FLAGS, BRIDGE], {
    TWILIO_API_URL: town.listening.twilioUrl,
    INTERCOM_API_URL: town.listening.intercomUrl,
  })
  town.child.send({ bridgePort: bridge.port })
  return {
    ...bridge,
    async tell(task) {
      town.child.send(task)
      const [answer] = await once(town.child, 'message')
      return answer
    },
    async stop() {
      await bridge.stop()
      await town.stop()
    },
  }
}

/** One of the files in servers/, with a folder for its database. */
export function startServer(name, ...args) {
  return startWithFolder([...NODE_FLAGS, here(`servers/${name}`), ...args], {})
}

async function startWithFolder(command, env) {
  const folder = mkdtempSync(join(tmpdir(), 'bridge-bench-'))
  const databaseFile = join(folder, 'bridge.db')
  // In an empty folder: no .env and no behaviour file of the person who runs this.
  const server = await start(command, {
    where: 'server',
    cwd: folder,
    env: { ...settings, DATABASE_URL: `sqlite:${databaseFile}`, ...env },
  })
  return {
    ...server,
    port: server.listening.port,
    /** A number from the database. */
    count: (sql) => readNumber(databaseFile, sql),
    async stop() {
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Starts a Node program and waits for its line with `"msg":"listening"`. */
async function start(command, { where, cwd, env = {} }) {
  const [program, ...args] = pinned(where, [process.execPath, ...command])
  const startedAt = performance.now()
  const child = spawn(program, args, {
    cwd,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const listening = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.includes('"msg":"listening"')) resolve(JSON.parse(line))
    })
    child.once('exit', (code) => reject(new Error(`${command.join(' ')} ended with ${code} before it listened`)))
  })
  const startMs = performance.now() - startedAt
  return { child, listening, startedAt, startMs, stop: () => stop(child) }
}

/** Without grace: nothing here is worth keeping, and the work still queued would take minutes. */
async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}

/** Resident memory in MB. */
export async function residentMemory({ child }) {
  if (process.platform === 'linux') {
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024
  }
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(child.pid)])
  return Number(stdout) / 1024
}

/** Processor time a server has used so far, in seconds; NaN where there is no /proc. Noisy neighbours disturb it least. */
export function processorSeconds({ child }) {
  if (process.platform !== 'linux') return Number.NaN
  const afterName = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]
  const [user, system] = afterName.split(' ').slice(11, 13).map(Number)
  return (user + system) / TICKS_PER_SECOND
}

/** Runs the load generator on the other cores; see load.mjs for the options and the answer. */
export async function load(options) {
  const [program, ...args] = pinned('others', [process.execPath, here('load.mjs'), JSON.stringify(options)])
  const { stdout } = await promisify(execFile)(program, args)
  return JSON.parse(stdout)
}

function readNumber(file, sql) {
  const db = new Database(file, { readonly: true })
  try {
    return db.prepare(sql).pluck().get()
  } finally {
    db.close()
  }
}

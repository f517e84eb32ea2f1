import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import Database from 'better-sqlite3'
import { pinned } from './machine.mjs'
import { settings } from './settings.mjs'
import { untilSo } from './until.mjs'

const { scripts } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
/** What `npm start` hands to Node besides the program. */
const NODE_FLAGS = scripts.start
  .split(' node ')
  .at(-1)
  .split(' ')
  .filter((word) => word.startsWith('--'))
const BRIDGE = fileURLToPath(new URL('../../dist/bin/main.js', import.meta.url))
const here = (name) => fileURLToPath(new URL(name, import.meta.url))

/**
 * Twilio, Intercom and the people behind them. `tell` hands them one of errands/ (`{ <name>: <options> }`) and resolves
 * with what came of it; `connect` says where the bridge is.
 * @param options see servers/town.mjs
 */
export async function startTown(options = {}) {
  const town = await start([here('servers/town.mjs'), JSON.stringify(options)], { where: 'others' })
  return {
    ...town,
    connect: (bridgePort) => town.child.send({ bridgePort }),
    tell: (errand) => tell(town.child, errand),
  }
}

async function tell(child, errand) {
  const answered = new AbortController()
  const { signal } = answered
  try {
    child.send(errand)
    const [answer] = await Promise.race([once(child, 'message', { signal }), once(child, 'exit', { signal })])
    if (typeof answer !== 'object' || answer === null)
      throw new Error(`The town ended during ${JSON.stringify(errand)}`)
    if (answer.fault) throw new Error(answer.fault)
    return answer
  } finally {
    answered.abort()
  }
}

/**
 * The bridge as `npm start` runs it.
 * @param o.town what it works with; without one it gets a town of its own, made with the other options
 * @param o.folder where its database is; without one it gets a new one, which goes when it stops
 * @param o.behaviour what is in its behaviour file
 * @param o.env more settings
 */
export function startBridge({ town, folder, behaviour, env, ...options } = {}) {
  return withTown(town, options, (addresses) =>
    startWithFolder([...NODE_FLAGS, BRIDGE], { ...addresses, ...env }, { folder, behaviour }),
  )
}

/** servers/recipe.mjs in the place of the bridge. */
export function startRecipe({ town, ...options } = {}) {
  return withTown(town, options, (addresses) => startServer('recipe.mjs', { env: addresses }))
}

async function withTown(given, options, startOn) {
  const town = given ?? (await startTown(options))
  const { twilioUrl, intercomUrl } = town.listening
  const server = await startOn({ TWILIO_API_URL: twilioUrl, INTERCOM_API_URL: intercomUrl })
  town.connect(server.port)
  return {
    ...server,
    tell: town.tell,
    async stop() {
      await server.stop()
      if (!given) await town.stop()
    },
  }
}

/** One of the files in servers/, with a folder for its database. */
export function startServer(name, { args = [], env = {} } = {}) {
  return startWithFolder([...NODE_FLAGS, here(`servers/${name}`), ...args], env)
}

/** An empty folder: no .env and no behaviour file of the person who runs this. */
export const newFolder = () => mkdtempSync(join(tmpdir(), 'bridge-bench-'))

export const databaseIn = (folder) => join(folder, 'bridge.db')

async function startWithFolder(command, env, { folder: given, behaviour } = {}) {
  const folder = given ?? newFolder()
  if (behaviour) {
    mkdirSync(join(folder, 'config'), { recursive: true })
    // JSON is YAML.
    writeFileSync(join(folder, 'config', 'bridge.yaml'), JSON.stringify(behaviour))
  }
  const server = await start(command, {
    where: 'server',
    cwd: folder,
    env: { ...settings, DATABASE_URL: `sqlite:${databaseIn(folder)}`, ...env },
  })
  return {
    ...server,
    port: server.listening.port,
    /** A number from the database. */
    count: (sql) => readNumber(databaseIn(folder), sql),
    async stop() {
      await server.stop()
      if (!given) rmSync(folder, { recursive: true, force: true })
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

/** Runs the load generator on the other cores, against a server; see load.mjs for the options and the answer. */
export async function load({ port, child }, options) {
  const wanted = JSON.stringify({ port, pid: child.pid, ...options })
  const [program, ...args] = pinned('others', [process.execPath, here('load.mjs'), wanted])
  const { stdout } = await promisify(execFile)(program, args)
  return JSON.parse(stdout)
}

/** Ms from starting the bridge to a 200 from /readyz. */
export async function untilReady({ port, startedAt }) {
  const { status } = await fetch(`http://127.0.0.1:${port}/readyz`)
  if (status !== 200) throw new Error(`/readyz answered ${status}`)
  return performance.now() - startedAt
}

/** Resolves when the bridge has nothing left to do; rejects after a minute. */
export const untilDone = (bridge) =>
  untilSo('the bridge is done', () => bridge.count('select count(*) from lanes') === 0)

function readNumber(file, sql) {
  const db = new Database(file, { readonly: true })
  try {
    return db.prepare(sql).pluck().get()
  } finally {
    db.close()
  }
}

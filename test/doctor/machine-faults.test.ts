import { chmodSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { afterEach, expect, test } from '@jest/globals'
import { surroundingsFor } from '../../src/cli/surroundings-for.ts'
import { type Clinic, clinic } from './clinic.ts'
import { diagnoses, intercomTold, type Plant, told } from './diagnosis.ts'

const EXT4 = 0xef53
const TMPFS = 0x01021994
const NFS = 0x6969
const GB = 2 ** 30

const sees =
  (more: Clinic['sees']): Plant =>
  (here) => {
    here.sees = more
  }
const disk = (type: number, freeBytes: number) => sees({ fileSystem: () => ({ type, freeBytes }) })
const database = (databaseUrl: string) => told(() => ({ databaseUrl }))

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

/** Somebody else's server has our address. */
const somebody =
  (status: number, headers: Record<string, string> = {}): Plant =>
  async (here) => {
    const { port } = new URL(here.config.publicUrl)
    await here.bridge.stop()
    const server = createServer((_req, res) => res.writeHead(status, headers).end('<h1>Welcome</h1>'))
    await new Promise<void>((resolve) => server.listen(Number(port), '127.0.0.1', resolve))
    servers.push(server)
  }

const NOBODY = 65534

/** Doctor runs as somebody who may read the database and not write it. */
const readOnly: Plant = (here) => {
  const isRoot = process.getuid?.() === 0
  const file = here.config.databaseUrl.replace('sqlite:', '')
  here.sees.writeDatabase = async () => {
    chmodSync(here.folder, 0o555)
    chmodSync(file, 0o444)
    if (isRoot) process.seteuid?.(NOBODY)
    try {
      await surroundingsFor(here.config).writeDatabase()
    } finally {
      if (isRoot) process.seteuid?.(0)
      chmodSync(here.folder, 0o700)
      chmodSync(file, 0o600)
    }
  }
}

diagnoses([
  ['PUBLIC_URL is not answered', ({ bridge }) => bridge.stop(), 'fail  public-url', /Nobody.*ECONNREFUSED.*npm start/],
  ['somebody else answers at PUBLIC_URL', somebody(200), 'fail  public-url', /Somebody else.*HTTP 200.*the proxy/],
  [
    'a login page is before PUBLIC_URL',
    somebody(302, { location: 'https://login.example/' }),
    'fail  public-url',
    /redirects to https:\/\/login\.example.*answers by itself/,
  ],
  ['the proxy finds no bridge', somebody(502), 'fail  public-url', /the bridge behind it does not.*HOST and PORT/],
  [
    'another bridge answers at PUBLIC_URL',
    intercomTold({ clientSecrets: ['another'] }),
    'fail  public-url',
    /another INTERCOM_CLIENT_SECRET.*Restart the bridge/,
  ],
  ['PUBLIC_URL is not https', () => {}, 'warn  public-url.https', /only this machine can reach.*https address/],
  ['the clock is ten minutes behind', sees({ skews: [600_000] }), 'fail  clock', /10 minutes behind.*synchronisation/],
  ['the clock is half a minute ahead', sees({ skews: [-30_000] }), 'warn  clock', /30 seconds ahead.*synchronisation/],
  [
    'the folder of the database is missing',
    database('sqlite:/mnt/not-mounted/bridge.db'),
    'fail  database',
    /The folder \/mnt\/not-mounted.*mount it/,
  ],
  [
    'the database cannot be made',
    database('sqlite:/proc/bridge.db'),
    'fail  database',
    /\/proc\/bridge\.db.*DATABASE_URL/,
  ],
  ['the database is read-only', readOnly, 'fail  database', /cannot be opened for writing.*permissions/],
  ['there is no database yet', database('sqlite:/tmp/no-such-bridge.db'), 'warn  database', /no database.*npm start/],
  ['the database is a folder', (here) => database(`sqlite:${here.folder}`)(here), 'fail  database', /It is a folder/],
  [
    'the database is on a network file system',
    disk(NFS, GB),
    'fail  database.durable',
    /\(NFS\).*disk of this machine/,
  ],
  ['the database is in memory', disk(TMPFS, GB), 'warn  database.durable', /in memory.*volume/],
  ['the disk is nearly full', disk(EXT4, GB / 64), 'fail  disk', /nearly full.*Make room/],
  ['the disk gets full', disk(EXT4, GB / 2), 'warn  disk', /Less than 1 GB.*Make room/],
])

test('in full health nothing fails, and only what is for this machine alone is warned of', async () => {
  const here = await clinic()
  const wrong = (await here.look()).filter(({ status }) => status !== 'ok').map(({ name }) => name)
  expect(wrong.filter((name) => name !== 'database.durable')).toEqual(['public-url.https'])
})

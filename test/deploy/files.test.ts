import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { DockerfileParser } from 'dockerfile-ast'
import { parseDocument } from 'yaml'
import { VARIABLES } from '../../src/config/env-reading.ts'
import { withFolder } from '../store/temporary.ts'
import { filesIn, PROJECT, read } from '../support/project.ts'
import { parseUnit } from './ini.ts'

const scripts: Record<string, string> = JSON.parse(read('package.json')).scripts
/** How `npm start` runs the bridge once it is built. */
const RUN = (scripts.start ?? '').split(' && ').at(-1) ?? ''

describe('the Dockerfile', () => {
  const file = DockerfileParser.parse(read('Dockerfile'))
  const instructions = file.getInstructions().map((instruction) => {
    const keyword = instruction.getKeyword()
    // With its flags.
    return { keyword, text: instruction.toString().slice(keyword.length).trim() }
  })
  const last = instructions.slice(instructions.findLastIndex(({ keyword }) => keyword === 'FROM'))
  const of = (keyword: string, from = instructions) => from.filter((i) => i.keyword === keyword).map(({ text }) => text)

  test('has nothing but instructions, and runs what npm start runs, as somebody who is not root', () => {
    const known = 'FROM WORKDIR RUN COPY ENV USER VOLUME EXPOSE STOPSIGNAL HEALTHCHECK CMD'.split(' ')
    expect(instructions.filter(({ keyword }) => !known.includes(keyword))).toEqual([])
    expect(JSON.parse(of('CMD', last)[0] ?? '').join(' ')).toBe(RUN)
    expect(of('USER', last)).toEqual(['node'])
    expect(last.findIndex(({ keyword }) => keyword === 'USER')).toBeGreaterThan(
      last.findLastIndex(({ keyword }) => keyword === 'COPY' || keyword === 'RUN'),
    )
  })

  test('leaves compilers and what only development needs behind, and runs nothing in the image that is kept', () => {
    expect(of('FROM')).toHaveLength(2)
    expect(of('RUN').some((text) => text.includes('npm prune --omit=dev'))).toBe(true)
    expect(of('RUN', last)).toEqual([])
    expect(of('COPY', last).filter((text) => !text.includes('--from=build'))).toEqual([])
    // Only data may be written.
    expect(of('COPY', last).filter((text) => text.includes('--chown'))).toEqual([
      '--from=build --chown=node:node /app/data data',
    ])
  })

  test('runs on a Node.js that package.json asks for, the same to build and to run', () => {
    const images = of('FROM').map((text) => text.split(' ')[0])
    expect(new Set(images).size).toBe(1)
    expect(Number(/^node:(\d+)-/.exec(images[0] ?? '')?.[1])).toBeGreaterThanOrEqual(20)
  })

  const sources = of('COPY')
    .filter((text) => !text.includes('--from'))
    .flatMap((text) => text.split(' ').slice(0, -1))

  test('has no secret in it, and is given no file but those it copies', () => {
    expect(VARIABLES.filter((name) => new RegExp(`\\b${name}=`).test(read('Dockerfile')))).toEqual([])
    const [all, ...excepted] = read('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
    expect(all).toBe('*')
    expect(excepted.map((line) => line.slice(1)).sort()).toEqual([...sources].sort())
  })

  test('the files it is given are enough to build the bridge, and to start it', () =>
    withFolder(async (folder) => {
      for (const source of sources) cpSync(`${PROJECT}${source}`, join(folder, source), { recursive: true })
      symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'))
      const build = spawnSync(process.execPath, ['scripts/install-once.mjs', '--build'], {
        cwd: folder,
        encoding: 'utf8',
      })
      expect([build.status, build.stderr]).toEqual([0, ''])
      rmSync(join(folder, 'dist', 'sandbox'), { recursive: true })
      const [, ...run] = RUN.split(' ')
      const start = spawnSync(process.execPath, run, { cwd: folder, env: {}, encoding: 'utf8' })
      expect([start.status, start.stderr]).toEqual([2, expect.stringContaining('PUBLIC_URL: is missing')])
    }))

  test('what it leaves behind is used by nothing that it keeps', () => {
    const { dependencies } = JSON.parse(read('package.json'))
    const kept = filesIn('dist', '.js').filter((path) => !path.startsWith(join('dist', 'sandbox')))
    const imported = kept.flatMap((path) =>
      [...read(path).matchAll(/(?:from |import |import\()'((?:@[^/']+\/)?[^./'@][^/']*)/g)].map(
        ([, name]) => name ?? '',
      ),
    )
    const foreign = new Set(imported.filter((name) => !name.startsWith('node:')))
    expect(foreign.size).toBeGreaterThan(10)
    expect([...foreign].filter((name) => !(name in dependencies))).toEqual([])
  })

  test('its health check is a program that asks /healthz', () => {
    const [text = ''] = of('HEALTHCHECK', last)
    const [node, flag, program] = JSON.parse(text.slice(text.indexOf('[')))
    expect([node, flag]).toEqual(['node', '-e'])
    // Nobody listens there: it says so by its exit code, as it should.
    const { status, stderr } = spawnSync(process.execPath, ['-e', program], { env: { PORT: '9' }, encoding: 'utf8' })
    expect([status, stderr]).toEqual([1, ''])
    expect(program).toContain('/healthz')
  })
})

describe('config/compose.yaml', () => {
  const document = parseDocument(read('config/compose.yaml'))
  const compose = document.toJS()
  const { bridge, database, proxy } = compose.services

  test('is YAML, and what it names it has', () => {
    expect([document.errors, document.warnings]).toEqual([[], []])
    for (const [name, service] of Object.entries<Record<string, string[]>>(compose.services)) {
      for (const secret of service.secrets ?? [])
        expect([name, Object.keys(compose.secrets)]).toEqual([name, expect.arrayContaining([secret])])
      for (const volume of service.volumes ?? []) {
        const [from = ''] = volume.split(':')
        if (!from.startsWith('.')) expect(Object.keys(compose.volumes)).toContain(from)
        else expect(existsSync(`${PROJECT}config/${from}`)).toBe(true)
      }
    }
    for (const needed of Object.keys(bridge.depends_on)) expect(Object.keys(compose.services)).toContain(needed)
  })

  test('runs the bridge with nothing it does not need', () => {
    expect(bridge).toMatchObject({ read_only: true, cap_drop: ['ALL'], init: true, restart: 'unless-stopped' })
    expect(bridge.security_opt).toContain('no-new-privileges:true')
    expect(bridge.volumes).toContain('data:/app/data')
    // Only the proxy is seen from outside.
    expect([bridge.ports, database.ports, proxy.ports.length > 0]).toEqual([undefined, undefined, true])
    expect(Number.parseInt(bridge.stop_grace_period, 10)).toBeGreaterThan(10)
  })

  test('sets variables that the bridge knows, and secrets by file alone', () => {
    for (const name of Object.keys(bridge.environment)) {
      expect(VARIABLES).toContain(name.replace(/_FILE$/, ''))
    }
    expect(read('config/compose.yaml')).not.toMatch(/PASSWORD: /)
    expect(bridge.environment.DATABASE_URL_FILE).toBe(`/run/secrets/${bridge.secrets[0]}`)
  })

  test('its proxy reaches the bridge where it listens', () => {
    expect(proxy.environment.BRIDGE).toBe(`bridge:${bridge.environment.PORT}`)
    for (const name of ['PUBLIC_URL', 'BRIDGE']) expect(read('config/Caddyfile')).toContain(`{$${name}`)
  })
})

describe('the unit for systemd', () => {
  const text = read('config/intercom-twilio-bridge.service')
  const { Unit, Service = {}, Install, ...others } = parseUnit(text)

  test('has the three sections, and runs what npm start runs', () => {
    expect([Object.keys(others), Object.keys(Unit ?? {}).length > 0, Object.keys(Install ?? {})]).toEqual([
      [],
      true,
      ['WantedBy'],
    ])
    expect(Service.ExecStart).toEqual([`/usr/bin/${RUN}`])
    expect(Service.RestartPreventExitStatus).toEqual(['2'])
    expect(Number(Service.TimeoutStopSec?.[0])).toBeGreaterThan(10)
  })

  test('sets variables that the bridge knows, and no secret', () => {
    const names = (Service.Environment ?? []).map((each) => each.split('=')[0] ?? '')
    expect(names.filter((name) => name !== 'NODE_ENV' && !VARIABLES.some((known) => known === name))).toEqual([])
    expect(Service.EnvironmentFile).toHaveLength(1)
  })

  test('keeps data where it may write', () => {
    const database = Service.Environment?.find((each) => each.startsWith('DATABASE_URL='))
    expect(database).toBe(`DATABASE_URL=sqlite:/var/lib/${Service.StateDirectory?.[0]}/bridge.db`)
    expect(Service).toMatchObject({ ProtectSystem: ['strict'], NoNewPrivileges: ['yes'], DynamicUser: ['yes'] })
    // The code that V8 makes has to be executable.
    expect(text).not.toContain('MemoryDenyWriteExecute=yes')
  })

  const systemd = spawnSync('systemd-analyze', ['--version']).status === 0
  const testIf = systemd ? test : test.skip
  testIf(`systemd itself finds no fault in it${systemd ? '' : ' (skipped: there is no systemd-analyze here)'}`, () => {
    const { stderr } = spawnSync('systemd-analyze', ['verify', `${PROJECT}config/intercom-twilio-bridge.service`], {
      encoding: 'utf8',
    })
    expect(stderr.split('\n').filter((line) => line.includes('intercom-twilio-bridge.service:'))).toEqual([])
  })

  test('no line of it can be misread', () => {
    expect(() => parseUnit('[Service]\nExecStart /usr/bin/node')).toThrow('line 2 is no setting')
    expect(() => parseUnit('Restart=always')).toThrow('line 1')
  })
})

describe('the proxies', () => {
  const idle = Number(/IDLE_MS = ([\d_]+)/.exec(read('src/server.ts'))?.[1]?.replaceAll('_', '')) / 1000

  test.each([
    ['config/nginx.conf', /^\s*keepalive_timeout (\d+)s;/m],
    ['config/Caddyfile', /^\s*keepalive (\d+)s$/m],
  ])('%s keeps connections to the bridge, and lets go of them before the bridge does', (path, pattern) => {
    const seconds = Number(pattern.exec(read(path))?.[1])
    expect(seconds).toBeGreaterThan(10)
    expect(seconds).toBeLessThan(idle)
  })

  test.each(['config/nginx.conf', 'config/Caddyfile'])('%s closes every brace it opens', (path) => {
    const bare = read(path).replace(/#.*|{\$[^}]*}/g, '')
    expect(bare.split('{').length).toBe(bare.split('}').length)
    expect(bare).not.toMatch(/}[^\n]*{/)
  })

  test('nginx repeats only what may come twice', () => {
    const blocks = [...read('config/nginx.conf').matchAll(/location (.*) {([^}]*)}/g)]
    const repeated = blocks.filter(([, , body]) => body?.includes('non_idempotent')).map(([, where]) => where)
    expect(repeated).toEqual(['/webhooks/twilio/', '= /webhooks/intercom'])
  })
})

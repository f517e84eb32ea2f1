import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { formatFaults, loadConfig } from '../../src/config/load.ts'
import { ConfigError } from '../../src/errors.ts'
import { minimal, withFiles } from './support.ts'

const dotEnv = (env: Record<string, string>) =>
  Object.entries(env)
    .map(([name, value]) => `${name}="${value}"\n`)
    .join('')

function errorOf(load: () => unknown): ConfigError {
  try {
    load()
  } catch (error) {
    if (error instanceof ConfigError) return error
  }
  throw new Error('no ConfigError was thrown')
}

describe('loading the configuration', () => {
  test('needs no file at all', () => {
    const { config, warnings } = withFiles({}, (cwd) => loadConfig(minimal, cwd))
    expect(warnings).toEqual([])
    expect(config).toMatchObject({ publicUrl: 'https://sms.example.com', behaviour: { tag: 'sms-channel' } })
  })

  test('reads .env', () => {
    const { config } = withFiles({ '.env': dotEnv({ ...minimal, PORT: '4000' }) }, (cwd) => loadConfig({}, cwd))
    expect(config.port).toBe(4000)
  })

  test.each([
    [{ CONSOLE_TOKEN: 'r'.repeat(16) }, 'r'.repeat(16)],
    [{ CONSOLE_TOKEN: '' }, undefined],
    [{ CONSOLE_TOKEN_FILE: 'token' }, 'f'.repeat(16)],
    [{}, 'd'.repeat(16)],
  ])('lets the real environment win over .env: %j', (real, token) => {
    const files = { '.env': dotEnv({ ...minimal, CONSOLE_TOKEN: 'd'.repeat(16) }), token: 'f'.repeat(16) }
    const { config } = withFiles(files, (cwd) => loadConfig(real as Record<string, string>, cwd))
    expect(config.consoleToken).toBe(token)
  })

  test('lets a secret of the real environment win over a file named in .env', () => {
    const files = { '.env': 'TWILIO_AUTH_TOKEN_FILE=token\n', token: 'from-file' }
    const { config } = withFiles(files, (cwd) => loadConfig(minimal, cwd))
    expect(config.twilio.authTokens).toEqual(['auth-token'])
  })

  test('reads the behaviour file that BRIDGE_CONFIG names', () => {
    const { config } = withFiles({ 'my.yaml': 'tag: texts' }, (cwd) =>
      loadConfig({ ...minimal, BRIDGE_CONFIG: 'my.yaml' }, cwd),
    )
    expect(config.behaviour.tag).toBe('texts')
  })

  test('freezes everything', () => {
    const { config } = withFiles({}, (cwd) => loadConfig(minimal, cwd))
    expect(() => config.behaviour.optOut.stop.push('ENOUGH')).toThrow(TypeError)
    expect(() => Object.assign(config.twilio, { accountSid: 'x' })).toThrow(TypeError)
  })

  test('reports every fault of environment and behaviour file at once', () => {
    const files = { '.env': 'PORT=many\n', 'my.yaml': '\nreplies:\n  maxSegment: 3\ntag: ""\n' }
    const error = withFiles(files, (cwd) =>
      errorOf(() => loadConfig({ ...minimal, PUBLIC_URL: '', BRIDGE_CONFIG: 'my.yaml' }, cwd)),
    )
    expect(formatFaults(error)).toBe(`The configuration has 4 faults:
  - PUBLIC_URL: is empty; set it to the https address the outside world uses, such as https://sms.example.com
  - PORT: must be a whole number from 0 to 65535 (0: any free port)
  - my.yaml line 3: replies.maxSegment is not a setting; did you mean maxSegments?
  - my.yaml line 4: tag must not be empty`)
  })

  test('names each required variable when there is nothing at all', () => {
    const { faults } = withFiles({}, (cwd) => errorOf(() => loadConfig({}, cwd)))
    expect(faults.map((fault) => fault.split(':')[0])).toEqual(Object.keys(minimal))
  })

  test.each([
    [{ BRIDGE_CONFIG: 'gone.yaml' }, {}, 'BRIDGE_CONFIG: the file gone.yaml does not exist'],
    [{ BRIDGE_CONFIG: '.' }, {}, 'BRIDGE_CONFIG: the file . cannot be read (EISDIR)'],
    [
      { BRIDGE_CONFIG: 'my.yaml' },
      { 'my.yaml': 'notify: [{ kind: email, to: sam@example.com }]' },
      'SMTP_URL: is missing, while notify in my.yaml sends e-mail',
    ],
  ])('refuses %j with %j', (env, files, sentence) => {
    const { faults } = withFiles(files, (cwd) => errorOf(() => loadConfig({ ...minimal, ...env }, cwd)))
    expect(faults).toEqual([sentence])
  })

  test('reports a .env that cannot be read', () => {
    const { faults } = withFiles({}, (cwd) => {
      mkdirSync(join(cwd, '.env'))
      return errorOf(() => loadConfig(minimal, cwd))
    })
    expect(faults).toEqual(['.env: cannot be read (EISDIR)'])
  })
})

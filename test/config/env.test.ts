import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { readEnv } from '../../src/config/env.ts'
import { SECRETS } from '../../src/config/env-reading.ts'
import { minimal, sid, withFiles } from './support.ts'

const faultsOf = (env: Record<string, string | undefined>) => readEnv({ ...minimal, ...env }, '/').faults
const configOf = (env: Record<string, string>) => {
  const { config, faults } = readEnv({ ...minimal, ...env }, '/')
  expect(faults).toEqual([])
  return config
}

describe('the environment', () => {
  test('needs six variables; the rest has defaults', () => {
    expect(configOf({})).toEqual({
      publicUrl: 'https://sms.example.com',
      host: '0.0.0.0',
      port: 3000,
      twilio: { accountSid: sid('AC'), authTokens: ['auth-token'], phoneNumbers: ['+12025550111'] },
      intercom: {
        accessToken: 'access-token',
        clientSecrets: ['client-secret'],
        region: 'us',
        apiUrl: 'https://api.intercom.io',
        customApiUrl: false,
      },
      databaseUrl: 'sqlite:./data/bridge.db',
      defaultCountry: 'US',
      logLevel: 'info',
      logPii: false,
    })
  })

  test('takes the previous secrets too, the current one first', () => {
    const config = configOf({ TWILIO_AUTH_TOKEN_PREVIOUS: 'old', INTERCOM_CLIENT_SECRET_PREVIOUS: 'older' })
    expect(config.twilio.authTokens).toEqual(['auth-token', 'old'])
    expect(config.intercom.clientSecrets).toEqual(['client-secret', 'older'])
  })

  test('counts an empty variable as unset', () => {
    const config = configOf({ PORT: '', CONSOLE_TOKEN: ' ', TWILIO_API_URL: '', LOG_PII: '', BRIDGE_CONFIG: '' })
    expect(config).toEqual(configOf({}))
  })

  test.each([
    ['https://sms.example.com/', 'https://sms.example.com'],
    ['https://example.com/bridge/', 'https://example.com/bridge'],
    ['http://localhost:3000', 'http://localhost:3000'],
    ['http://127.0.0.1:3000/x', 'http://127.0.0.1:3000/x'],
    ['http://[::1]:3000', 'http://[::1]:3000'],
  ])('takes %s as public address', (given, kept) => {
    expect(configOf({ PUBLIC_URL: given }).publicUrl).toBe(kept)
  })

  test('writes senders as Twilio does, each once', () => {
    const given = '+1 (202) 555-0111, +12025550111,12345 ,whatsapp:+1 202 555 0112,rcs:shop_agent,'
    expect(configOf({ TWILIO_PHONE_NUMBERS: given }).twilio.phoneNumbers).toEqual([
      '+12025550111',
      '12345',
      'whatsapp:+12025550112',
      'rcs:shop_agent',
    ])
  })

  test('is content with a Messaging Service instead of senders', () => {
    const config = configOf({ TWILIO_PHONE_NUMBERS: '', TWILIO_MESSAGING_SERVICE_SID: sid('MG') })
    expect(config.twilio).toMatchObject({ phoneNumbers: [], messagingServiceSid: sid('MG') })
  })

  test.each([
    [{ INTERCOM_REGION: 'eu' }, 'https://api.eu.intercom.io', false],
    [{ INTERCOM_REGION: 'au' }, 'https://api.au.intercom.io', false],
    [{ INTERCOM_API_URL: 'https://api.eu.intercom.io/' }, 'https://api.eu.intercom.io', false],
    [{ INTERCOM_API_URL: 'http://localhost:4020/' }, 'http://localhost:4020', true],
  ])('finds Intercom by %j', (env, apiUrl, customApiUrl) => {
    expect(configOf(env as Record<string, string>).intercom).toMatchObject({ apiUrl, customApiUrl })
  })

  test("keeps Twilio's own hosts when its address is the default spelled out", () => {
    expect(configOf({ TWILIO_API_URL: 'https://api.twilio.com/' }).twilio).not.toHaveProperty('apiUrl')
    expect(configOf({ TWILIO_API_URL: 'http://stand-in:4010' }).twilio.apiUrl).toBe('http://stand-in:4010')
  })

  test('sends traces where OpenTelemetry says, with its headers', () => {
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318/', OTEL_EXPORTER_OTLP_HEADERS: 'a=1, b=x%20y=,' }
    expect(configOf(env).traces).toEqual({ url: 'http://localhost:4318/v1/traces', headers: { a: '1', b: 'x y=' } })
    expect(configOf({ OTEL_EXPORTER_OTLP_HEADERS: 'a=1' })).not.toHaveProperty('traces')
  })

  test('says which behaviour file is meant, and whether somebody named it', () => {
    expect(readEnv(minimal, '/').behaviourFile).toEqual({ path: 'config/bridge.yaml', named: false })
    const named = readEnv({ ...minimal, BRIDGE_CONFIG: 'my.yaml' }, '/').behaviourFile
    expect(named).toEqual({ path: 'my.yaml', named: true })
  })
})

describe('a fault in the environment', () => {
  test.each([
    [{ PUBLIC_URL: undefined }, 'PUBLIC_URL: is missing; set it to the https address'],
    [{ PUBLIC_URL: 'sms.example.com' }, 'PUBLIC_URL: must be a full address beginning with https://'],
    [{ PUBLIC_URL: 'http://sms.example.com' }, 'PUBLIC_URL: must begin with https:// (http only works for localhost)'],
    [{ PUBLIC_URL: 'http://127.example.com' }, 'PUBLIC_URL: must begin with https://'],
    [{ PUBLIC_URL: 'https://sms.example.com/?a' }, 'PUBLIC_URL: must end with the host or path, without ? or #'],
    [{ PUBLIC_URL: 'https://sam:pw@example.com' }, 'PUBLIC_URL: must not hold a user name or password'],
    [{ PORT: '70000' }, 'PORT: must be a whole number from 0 to 65535'],
    [{ PORT: '3000a' }, 'PORT: must be a whole number'],
    [{ TWILIO_ACCOUNT_SID: sid('SK') }, 'TWILIO_ACCOUNT_SID: must be AC followed by 32'],
    [{ TWILIO_AUTH_TOKEN: undefined }, 'TWILIO_AUTH_TOKEN: is missing; set it to the Auth Token'],
    [{ TWILIO_AUTH_TOKEN: '' }, 'TWILIO_AUTH_TOKEN: is empty; set it to the Auth Token'],
    [{ TWILIO_API_KEY_SID: sid('SK') }, 'TWILIO_API_KEY_SECRET: is missing, while TWILIO_API_KEY_SID is set'],
    [{ TWILIO_API_KEY_SECRET: 'x' }, 'TWILIO_API_KEY_SID: is missing, while TWILIO_API_KEY_SECRET is set'],
    [{ TWILIO_API_KEY_SID: 'SK1', TWILIO_API_KEY_SECRET: 'x' }, 'TWILIO_API_KEY_SID: must be SK followed by 32'],
    [{ TWILIO_PHONE_NUMBERS: undefined }, 'TWILIO_PHONE_NUMBERS: is missing; set it to your senders, or'],
    [{ TWILIO_PHONE_NUMBERS: '+12025550111, 2025550112' }, 'TWILIO_PHONE_NUMBERS: entry 2 must be a number with'],
    [{ TWILIO_MESSAGING_SERVICE_SID: 'MG1' }, 'TWILIO_MESSAGING_SERVICE_SID: must be MG followed by 32'],
    [{ TWILIO_API_URL: 'localhost:4010' }, 'TWILIO_API_URL: must be a full address'],
    [{ INTERCOM_ACCESS_TOKEN: undefined }, 'INTERCOM_ACCESS_TOKEN: is missing'],
    [{ INTERCOM_CLIENT_SECRET: '' }, 'INTERCOM_CLIENT_SECRET: is empty'],
    [{ INTERCOM_ADMIN_ID: 'sam@example.com' }, "INTERCOM_ADMIN_ID: must be the teammate's id"],
    [{ INTERCOM_REGION: 'jp' }, 'INTERCOM_REGION: must be one of us, eu, au'],
    [{ DATABASE_URL: 'postgres://u:s3cret@db' }, 'DATABASE_URL: must name a host and a database'],
    [{ DATABASE_URL: 'postgresql:///bridge' }, 'DATABASE_URL: must name a host and a database'],
    [{ DATABASE_URL: 'mysql://u:s3cret@db' }, 'DATABASE_URL: must be sqlite: and a path'],
    [{ SMTP_URL: 'mail.example.com' }, 'SMTP_URL: must look like smtps://user:password@host'],
    [{ DEFAULT_COUNTRY: 'XX' }, 'DEFAULT_COUNTRY: must be a two-letter country code'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL: must be one of fatal, error, warn, info, debug, trace, silent'],
    [{ LOG_PII: 'yes' }, 'LOG_PII: must be one of true, false'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'localhost:4318' }, 'OTEL_EXPORTER_OTLP_ENDPOINT: must be a full address'],
    [{ OTEL_EXPORTER_OTLP_HEADERS: 's3cret' }, 'OTEL_EXPORTER_OTLP_HEADERS: must look like name=value'],
    [{ OTEL_EXPORTER_OTLP_HEADERS: 'key=%s3cret' }, 'OTEL_EXPORTER_OTLP_HEADERS: must look like name=value'],
  ])('%j', (env, beginning) => {
    const faults = faultsOf(env)
    expect(faults).toEqual([expect.stringContaining(beginning)])
    expect(faults[0]).not.toMatch(/s3cret|2025550112/)
  })

  test.each(['CONSOLE_TOKEN', 'SERIES_TOKEN'])('is only a warning for a short %s', (name) => {
    const { faults, warnings } = readEnv({ ...minimal, [name]: 'short' }, '/')
    expect(faults).toEqual([])
    expect(warnings).toEqual([expect.stringContaining(`${name}: should have at least 16`)])
  })
})

describe('a secret in a file', () => {
  test.each(SECRETS)('%s_FILE is read, without the line break at its end', (name) => {
    const secret =
      { DATABASE_URL: 'sqlite:x.db', SMTP_URL: 'smtp://mail.example.com' }[name as string] ?? 'k'.repeat(20)
    const text = name === 'OTEL_EXPORTER_OTLP_HEADERS' ? `api-key=${secret}` : secret
    withFiles({ secret: `${text}\n` }, (cwd) => {
      const { TWILIO_AUTH_TOKEN, INTERCOM_ACCESS_TOKEN, INTERCOM_CLIENT_SECRET, ...rest } = minimal
      const others = { TWILIO_AUTH_TOKEN, INTERCOM_ACCESS_TOKEN, INTERCOM_CLIENT_SECRET, TWILIO_API_KEY_SID: sid('SK') }
      const key = name === 'TWILIO_API_KEY_SECRET' ? {} : { TWILIO_API_KEY_SECRET: 'x' }
      const traces = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318' }
      const { config, faults, warnings } = readEnv(
        { ...rest, ...others, ...key, ...traces, [name]: '', [`${name}_FILE`]: 'secret' },
        cwd,
      )
      expect(faults).toEqual([])
      expect(warnings).toEqual([])
      expect(JSON.stringify(config)).toContain(`"${secret}"`)
    })
  })

  test('and in its variable as well is a fault', () => {
    withFiles({ secret: 'x' }, (cwd) => {
      expect(readEnv({ ...minimal, TWILIO_AUTH_TOKEN_FILE: 'secret' }, cwd).faults).toEqual([
        'TWILIO_AUTH_TOKEN: is given twice, as TWILIO_AUTH_TOKEN and as TWILIO_AUTH_TOKEN_FILE; keep one',
      ])
    })
  })

  test.each([
    ['missing', /^TWILIO_AUTH_TOKEN_FILE: the file .*missing cannot be read \(ENOENT\)$/],
    ['.', /^TWILIO_AUTH_TOKEN_FILE: the file .* cannot be read \(EISDIR\)$/],
    ['empty', /^TWILIO_AUTH_TOKEN_FILE: the file .*empty is empty$/],
  ])('that is %s is one fault', (path, sentence) => {
    withFiles({ empty: '\n' }, (cwd) => {
      const env = { ...minimal, TWILIO_AUTH_TOKEN: undefined, TWILIO_AUTH_TOKEN_FILE: path }
      expect(readEnv(env, cwd).faults).toEqual([expect.stringMatching(sentence)])
    })
  })

  test('that everybody can read is a warning', () => {
    withFiles({ secret: 'k'.repeat(20) }, (cwd) => {
      chmodSync(join(cwd, 'secret'), 0o644)
      const { faults, warnings } = readEnv({ ...minimal, CONSOLE_TOKEN_FILE: 'secret' }, cwd)
      expect(faults).toEqual([])
      expect(warnings).toEqual([expect.stringMatching(/^CONSOLE_TOKEN_FILE: every user of this machine can read/)])
    })
  })
})

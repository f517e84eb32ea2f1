import { isSupportedCountry } from 'libphonenumber-js'
import {
  choice,
  type Environment,
  fault,
  optional,
  optionalSecret,
  type Reading,
  required,
  requiredSecret,
  type Variable,
} from './env-reading.ts'
import { parseSender } from './senders.ts'
import type { Config } from './types.ts'
import { databaseUrlFault, parseBaseUrl, parseHeaders, type UrlRules } from './urls.ts'

/** The environment's share of the configuration. `config` is only sound when there are no `faults`. */
export interface EnvReading {
  config: Omit<Config, 'behaviour'>
  /** The behaviour file as written; `named` when somebody asked for it. */
  behaviourFile: { path: string; named: boolean }
  faults: string[]
  warnings: string[]
}

/**
 * The environment, read and checked; every fault is one sentence that begins with the variable's name. Relative paths
 * start at `cwd`. Throws nothing.
 */
export function readEnv(env: Environment, cwd: string): EnvReading {
  const reading: Reading = { env, cwd, faults: [], warnings: [] }
  const adminId = matching(reading, 'INTERCOM_ADMIN_ID', /^\d+$/, "must be the teammate's id, which is a number")
  const smtpUrl = readSmtpUrl(reading)
  const traces = readTraces(reading)
  const config = {
    publicUrl: readPublicUrl(reading),
    host: optional(reading, 'HOST') ?? '0.0.0.0',
    port: readPort(reading),
    twilio: readTwilio(reading),
    intercom: { ...readIntercom(reading), ...(adminId && { adminId }) },
    databaseUrl: readDatabaseUrl(reading),
    ...readTokens(reading),
    ...(smtpUrl && { smtpUrl }),
    ...(traces && { traces }),
    defaultCountry: readDefaultCountry(reading),
    logLevel: choice(reading, 'LOG_LEVEL', ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], 'info'),
    logPii: choice(reading, 'LOG_PII', ['true', 'false'], 'false') === 'true',
  }
  const path = optional(reading, 'BRIDGE_CONFIG')
  return {
    config,
    behaviourFile: { path: path ?? 'config/bridge.yaml', named: path !== undefined },
    faults: reading.faults,
    warnings: reading.warnings,
  }
}

function readTwilio(reading: Reading): Config['twilio'] {
  const accountSid = required(reading, 'TWILIO_ACCOUNT_SID', 'set it to the Account SID from the Twilio Console')
  if (accountSid) checkSid(reading, 'TWILIO_ACCOUNT_SID', accountSid, 'AC')
  const authToken = requiredSecret(reading, 'TWILIO_AUTH_TOKEN', 'set it to the Auth Token, which verifies webhooks')
  const previous = optionalSecret(reading, 'TWILIO_AUTH_TOKEN_PREVIOUS')
  const apiKey = readApiKey(reading)
  const phoneNumbers = readPhoneNumbers(reading)
  const messagingServiceSid = optional(reading, 'TWILIO_MESSAGING_SERVICE_SID')
  if (messagingServiceSid) checkSid(reading, 'TWILIO_MESSAGING_SERVICE_SID', messagingServiceSid, 'MG')
  if (!optional(reading, 'TWILIO_PHONE_NUMBERS') && !messagingServiceSid) {
    fault(reading, 'TWILIO_PHONE_NUMBERS', 'is missing; set it to your senders, or set TWILIO_MESSAGING_SERVICE_SID')
  }
  const apiUrl = baseUrl(reading, 'TWILIO_API_URL', { httpsOnly: false })
  return {
    accountSid,
    authTokens: [authToken, ...(previous ? [previous] : [])],
    ...(apiKey && { apiKey }),
    phoneNumbers,
    ...(messagingServiceSid && { messagingServiceSid }),
    // the default spelled out must not move messaging.twilio.com to api.twilio.com
    ...(apiUrl && apiUrl !== 'https://api.twilio.com' && { apiUrl }),
  }
}

function checkSid(reading: Reading, name: Variable, sid: string, prefix: string): void {
  if (new RegExp(`^${prefix}[0-9a-fA-F]{32}$`).test(sid)) return
  fault(reading, name, `must be ${prefix} followed by 32 digits or letters a to f`)
}

function readApiKey(reading: Reading): Config['twilio']['apiKey'] {
  const sid = optional(reading, 'TWILIO_API_KEY_SID')
  const before = reading.faults.length
  const secret = optionalSecret(reading, 'TWILIO_API_KEY_SECRET')
  if (sid) checkSid(reading, 'TWILIO_API_KEY_SID', sid, 'SK')
  if (sid && secret) return { sid, secret }
  if (sid && reading.faults.length === before) {
    fault(reading, 'TWILIO_API_KEY_SECRET', 'is missing, while TWILIO_API_KEY_SID is set; an API key needs both')
  }
  if (secret)
    fault(reading, 'TWILIO_API_KEY_SID', 'is missing, while TWILIO_API_KEY_SECRET is set; an API key needs both')
  return undefined
}

function readPhoneNumbers(reading: Reading): string[] {
  const entries = (optional(reading, 'TWILIO_PHONE_NUMBERS') ?? '').split(',').filter((entry) => entry.trim() !== '')
  const senders = entries.map(parseSender)
  for (const [index, sender] of senders.entries()) {
    if (sender !== undefined) continue
    // named by its place: whole phone numbers stay out of messages
    fault(
      reading,
      'TWILIO_PHONE_NUMBERS',
      `entry ${index + 1} must be a number with country code such as +12025550111, a short code, whatsapp:+… or rcs:…`,
    )
  }
  return [...new Set(senders.filter((sender) => sender !== undefined))]
}

const INTERCOM_HOSTS = {
  us: 'https://api.intercom.io',
  eu: 'https://api.eu.intercom.io',
  au: 'https://api.au.intercom.io',
}

/** https://developers.intercom.com/docs/build-an-integration/learn-more/rest-apis#regional-hosting */
function readIntercom(reading: Reading): Omit<Config['intercom'], 'adminId'> {
  const accessToken = requiredSecret(
    reading,
    'INTERCOM_ACCESS_TOKEN',
    "set it to your app's access token (Developer Hub, Authentication)",
  )
  const clientSecret = requiredSecret(
    reading,
    'INTERCOM_CLIENT_SECRET',
    "set it to your app's client secret (Developer Hub, Basic information), which verifies webhooks",
  )
  const previous = optionalSecret(reading, 'INTERCOM_CLIENT_SECRET_PREVIOUS')
  const region = choice(reading, 'INTERCOM_REGION', ['us', 'eu', 'au'], 'us')
  const apiUrl = baseUrl(reading, 'INTERCOM_API_URL', { httpsOnly: false }) ?? INTERCOM_HOSTS[region]
  return {
    accessToken,
    clientSecrets: [clientSecret, ...(previous ? [previous] : [])],
    region,
    apiUrl,
    customApiUrl: !Object.values(INTERCOM_HOSTS).includes(apiUrl),
  }
}

function readPublicUrl(reading: Reading): string {
  const hint = 'set it to the https address the outside world uses, such as https://sms.example.com'
  return required(reading, 'PUBLIC_URL', hint) && (baseUrl(reading, 'PUBLIC_URL', { httpsOnly: true }) ?? '')
}

function baseUrl(reading: Reading, name: Variable, rules: UrlRules): string | undefined {
  const text = optional(reading, name)
  if (text === undefined) return undefined
  const parsed = parseBaseUrl(text, rules)
  if ('url' in parsed) return parsed.url
  fault(reading, name, parsed.fault)
  return undefined
}

function readPort(reading: Reading): number {
  const text = optional(reading, 'PORT') ?? '3000'
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (!(port <= 65535)) fault(reading, 'PORT', 'must be a whole number from 0 to 65535 (0: any free port)')
  return port
}

function readDatabaseUrl(reading: Reading): string {
  const url = optionalSecret(reading, 'DATABASE_URL') ?? 'sqlite:./data/bridge.db'
  const wrong = databaseUrlFault(url)
  if (wrong) fault(reading, 'DATABASE_URL', wrong)
  return url
}

const TOKEN_LENGTH = 16

function readTokens(reading: Reading): Pick<Config, 'consoleToken' | 'seriesToken' | 'seriesTokenPrevious'> {
  const consoleToken = optionalSecret(reading, 'CONSOLE_TOKEN')
  const seriesToken = optionalSecret(reading, 'SERIES_TOKEN')
  const seriesTokenPrevious = optionalSecret(reading, 'SERIES_TOKEN_PREVIOUS')
  const advice = `at least ${TOKEN_LENGTH} characters; "openssl rand -hex 32" makes a good one`
  for (const [name, token] of Object.entries({ CONSOLE_TOKEN: consoleToken, SERIES_TOKEN: seriesToken })) {
    if (token && token.length < TOKEN_LENGTH) reading.warnings.push(`${name}: should have ${advice}`)
  }
  return {
    ...(consoleToken && { consoleToken }),
    ...(seriesToken && { seriesToken }),
    ...(seriesTokenPrevious && { seriesTokenPrevious }),
  }
}

function readSmtpUrl(reading: Reading): string | undefined {
  const url = optionalSecret(reading, 'SMTP_URL')
  if (url && !(URL.canParse(url) && /^smtps?:\/\/./i.test(url))) {
    fault(reading, 'SMTP_URL', 'must look like smtps://user:password@host')
  }
  return url
}

/** The names and the forms are OpenTelemetry's own: https://opentelemetry.io/docs/specs/otel/protocol/exporter/ */
function readTraces(reading: Reading): Config['traces'] {
  const base = baseUrl(reading, 'OTEL_EXPORTER_OTLP_ENDPOINT', { httpsOnly: false })
  const headers = parseHeaders(optionalSecret(reading, 'OTEL_EXPORTER_OTLP_HEADERS') ?? '')
  if (!headers) fault(reading, 'OTEL_EXPORTER_OTLP_HEADERS', 'must look like name=value,name=value')
  return base && headers ? { url: `${base}/v1/traces`, headers } : undefined
}

function readDefaultCountry(reading: Reading): string {
  const country = (optional(reading, 'DEFAULT_COUNTRY') ?? 'US').toUpperCase()
  if (!isSupportedCountry(country)) fault(reading, 'DEFAULT_COUNTRY', 'must be a two-letter country code such as US')
  return country
}

function matching(reading: Reading, name: Variable, pattern: RegExp, rule: string): string | undefined {
  const text = optional(reading, name)
  if (text !== undefined && !pattern.test(text)) fault(reading, name, rule)
  return text
}

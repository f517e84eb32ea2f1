import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { readText } from './read-text.ts'

/** Every variable the bridge knows, in the order of `.env.example`. */
export const VARIABLES = [
  'PUBLIC_URL',
  'HOST',
  'PORT',
  'TWILIO_ACCOUNT_SID',
  'TWILIO_AUTH_TOKEN',
  'TWILIO_AUTH_TOKEN_PREVIOUS',
  'TWILIO_API_KEY_SID',
  'TWILIO_API_KEY_SECRET',
  'TWILIO_PHONE_NUMBERS',
  'TWILIO_MESSAGING_SERVICE_SID',
  'TWILIO_API_URL',
  'INTERCOM_ACCESS_TOKEN',
  'INTERCOM_CLIENT_SECRET',
  'INTERCOM_CLIENT_SECRET_PREVIOUS',
  'INTERCOM_ADMIN_ID',
  'INTERCOM_REGION',
  'INTERCOM_API_URL',
  'DATABASE_URL',
  'BRIDGE_CONFIG',
  'CONSOLE_TOKEN',
  'SERIES_TOKEN',
  'SERIES_TOKEN_PREVIOUS',
  'SMTP_URL',
  'DEFAULT_COUNTRY',
  'LOG_LEVEL',
  'LOG_PII',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_HEADERS',
] as const
export type Variable = (typeof VARIABLES)[number]

/** The variables that may be given as `X_FILE` instead. */
export const SECRETS = [
  'TWILIO_AUTH_TOKEN',
  'TWILIO_AUTH_TOKEN_PREVIOUS',
  'TWILIO_API_KEY_SECRET',
  'INTERCOM_ACCESS_TOKEN',
  'INTERCOM_CLIENT_SECRET',
  'INTERCOM_CLIENT_SECRET_PREVIOUS',
  'DATABASE_URL',
  'CONSOLE_TOKEN',
  'SERIES_TOKEN',
  'SERIES_TOKEN_PREVIOUS',
  'SMTP_URL',
  'OTEL_EXPORTER_OTLP_HEADERS',
] as const satisfies readonly Variable[]
export type Secret = (typeof SECRETS)[number]

export type Environment = Readonly<Record<string, string | undefined>>

/** One reading of the environment: what was given, and what is wrong with it so far. */
export interface Reading {
  env: Environment
  /** Relative paths start here. */
  cwd: string
  faults: string[]
  warnings: string[]
}

export function fault(reading: Reading, name: string, sentence: string): void {
  reading.faults.push(`${name}: ${sentence}`)
}

const given = (env: Environment, name: string) => env[name]?.trim() || undefined

/** The variable's text without surrounding white space; undefined when unset or empty. */
export function optional(reading: Reading, name: Variable): string | undefined {
  return given(reading.env, name)
}

/** As {@link optional}; when there is none, a fault that says what to set (and '' to go on with). */
export function required(reading: Reading, name: Variable, hint: string): string {
  return optional(reading, name) ?? absent(reading, name, hint)
}

/** A secret from `X` or from the file that `X_FILE` names. */
export function optionalSecret(reading: Reading, name: Secret): string | undefined {
  const file = `${name}_FILE`
  const path = given(reading.env, file)
  const direct = given(reading.env, name)
  if (path === undefined) return direct
  if (direct !== undefined) {
    fault(reading, name, `is given twice, as ${name} and as ${file}; keep one`)
    return direct
  }
  return readSecretFile(reading, file, resolve(reading.cwd, path))
}

/** As {@link optionalSecret}; when there is none, a fault that says what to set. */
export function requiredSecret(reading: Reading, name: Secret, hint: string): string {
  const before = reading.faults.length
  const secret = optionalSecret(reading, name)
  if (secret !== undefined) return secret
  // a file that could not be read has been reported already
  return reading.faults.length > before ? '' : absent(reading, name, hint)
}

function absent(reading: Reading, name: Variable, hint: string): string {
  fault(reading, name, `is ${reading.env[name] === undefined ? 'missing' : 'empty'}; ${hint}`)
  return ''
}

function readSecretFile(reading: Reading, name: string, path: string): string | undefined {
  const { text, code } = readText(path)
  const secret = text?.trim()
  if (text === undefined) fault(reading, name, `the file ${path} cannot be read (${code})`)
  else if (!secret) fault(reading, name, `the file ${path} is empty`)
  // Windows has no such bits and reports every file as readable by all
  else if (process.platform !== 'win32' && statSync(path).mode & 0o004) {
    reading.warnings.push(`${name}: every user of this machine can read ${path}; chmod 600 it`)
  }
  return secret || undefined
}

/** One of `choices`, or the default. */
export function choice<C extends string>(reading: Reading, name: Variable, choices: readonly C[], fallback: C): C {
  const text = optional(reading, name)
  if (text === undefined) return fallback
  const chosen = choices.find((candidate) => candidate === text.toLowerCase())
  if (chosen === undefined) fault(reading, name, `must be one of ${choices.join(', ')}`)
  return chosen ?? fallback
}

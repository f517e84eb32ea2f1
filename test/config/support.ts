import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const hex = '0123456789abcdef'.repeat(2)

/** The least a bridge needs to start. */
export const minimal = {
  PUBLIC_URL: 'https://sms.example.com',
  TWILIO_ACCOUNT_SID: `AC${hex}`,
  TWILIO_AUTH_TOKEN: 'auth-token',
  TWILIO_PHONE_NUMBERS: '+12025550111',
  INTERCOM_ACCESS_TOKEN: 'access-token',
  INTERCOM_CLIENT_SECRET: 'client-secret',
}

export const sid = (prefix: string) => prefix + hex

/** A directory of its own with these files, gone after `use`. */
export function withFiles<T>(files: Record<string, string>, use: (directory: string) => T): T {
  const directory = mkdtempSync(join(tmpdir(), 'bridge-config-'))
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text, { mode: 0o600 })
    return use(directory)
  } finally {
    rmSync(directory, { recursive: true })
  }
}

import { execFile } from 'node:child_process'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PUBLIC_URL, type World } from '../support/world.ts'

const program = (name: string) => fileURLToPath(new URL(`../../dist/bin/${name}.js`, import.meta.url))

export interface Said {
  code: number
  out: string
  err: string
}

interface Surroundings {
  cwd: string
  env?: Record<string, string>
}

/** `npm run bridge -- …` in a process of its own, with nothing in its environment but `env`. */
export const command = (args: string[], o: Surroundings) => run([program('bridge'), ...args], o)

/** `npm start`, until it ends by itself. */
export const startCommand = (o: Surroundings) => run([program('main')], o)

/** `npm run setup -- …` */
export const setupCommand = (args: string[], o: Surroundings) => run([program('setup'), ...args], o)

/** `npm run doctor -- …` */
export const doctorCommand = (args: string[], o: Surroundings) => run([program('doctor'), ...args], o)

function run(args: string[], o: Surroundings): Promise<Said> {
  const { cwd, env = {} } = o
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd, env }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err })
    })
  })
}

/** The same beside a running bridge. */
export function beside(world: World, ...args: string[]): Promise<Said> {
  const cwd = dirname(world.config.databaseUrl.replace('sqlite:', ''))
  return command(args, { cwd, env: environmentOf(world) })
}

/** What the bridge of this world would be told in its environment. */
export function environmentOf(world: World): Record<string, string> {
  const { config } = world
  return {
    PUBLIC_URL,
    TWILIO_ACCOUNT_SID: config.twilio.accountSid,
    TWILIO_AUTH_TOKEN: config.twilio.authTokens[0] ?? '',
    TWILIO_PHONE_NUMBERS: config.twilio.phoneNumbers.join(','),
    TWILIO_API_URL: world.twilio.url,
    INTERCOM_ACCESS_TOKEN: config.intercom.accessToken,
    INTERCOM_CLIENT_SECRET: config.intercom.clientSecrets[0] ?? '',
    INTERCOM_API_URL: world.intercom.url,
    DATABASE_URL: config.databaseUrl,
  }
}

import { join } from 'node:path'
import { parseBehaviour } from '../../config/behaviour-file.ts'
import type { Config } from '../../config/types.ts'
import { SUPPORT } from './people.ts'
import type { Shores } from './state.ts'

export const ACCOUNT = `AC${'0'.repeat(32)}`
export const AUTH_TOKEN = 'auth-token-of-the-demo'
export const ACCESS_TOKEN = 'access-token-of-the-demo'
export const CLIENT_SECRET = 'client-secret-of-the-demo'
export const CONSOLE_TOKEN = 'console-token-of-the-demo'
export const PUBLIC_URL = 'https://bridge.example'

/** As in production, but for the waits: nobody wants to watch a minute go by. */
const BEHAVIOUR = 'timing: { retryBaseSeconds: 1, settleSeconds: 6, requestTimeoutSeconds: 5 }'

export function configFor({ twilio, intercom }: Shores, folder: string): Config {
  const { behaviour, faults } = parseBehaviour(BEHAVIOUR, 'the behaviour of the demo')
  if (!behaviour) throw new Error(faults.join('\n'))
  return {
    publicUrl: PUBLIC_URL,
    host: '127.0.0.1',
    port: 0,
    twilio: { accountSid: ACCOUNT, authTokens: [AUTH_TOKEN], phoneNumbers: [SUPPORT], apiUrl: twilio.url },
    intercom: {
      accessToken: ACCESS_TOKEN,
      clientSecrets: [CLIENT_SECRET],
      region: 'us',
      apiUrl: intercom.url,
      customApiUrl: true,
    },
    databaseUrl: `sqlite:${join(folder, 'bridge.db')}`,
    defaultCountry: 'US',
    consoleToken: CONSOLE_TOKEN,
    logLevel: 'info',
    logPii: true,
    behaviour,
  }
}

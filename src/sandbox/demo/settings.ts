import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { parseBehaviour } from '../../config/behaviour-file.ts'
import type { Config } from '../../config/types.ts'
import type { Outside } from './outside.ts'
import { OURS, SALES } from './people.ts'
import type { Shores } from './state.ts'

export const ACCOUNT = `AC${'0'.repeat(32)}`
export const AUTH_TOKEN = 'auth-token-of-the-demo'
export const ACCESS_TOKEN = 'access-token-of-the-demo'
export const CLIENT_SECRET = 'client-secret-of-the-demo'
export const CONSOLE_TOKEN = 'console-token-of-the-demo'
export const SERIES_TOKEN = 'series-token-of-the-demo'
export const PUBLIC_URL = 'https://bridge.example'
/** Who is welcomed, since a welcome to everybody would be in the way of the other scenes. */
export const NEW_CONTACT = 'Wanda'

/** In the settings of a scene: the address of the team's channel, which is another one each time. */
export const CHANNEL = 'the-team-channel'

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
/** The time goes by fast in the demo: more of them than anybody will see. */
const HOLIDAYS = Array.from({ length: 30 }, (_, n) => `"${2025 + n}-12-25"`)

/** As in production, but for the waits: nobody wants to watch a minute go by. What talks by itself does so at Sales only. */
const behaviourOf = ({ botUrl, channelUrl, hookUrl, hookSecret, mailTo }: Outside) => `
timing: { retryBaseSeconds: 1, settleSeconds: 6, requestTimeoutSeconds: 5 }
hours: { timezone: UTC, week: { ${DAYS.map((day) => `${day}: ["00:00-24:00"]`).join(', ')} }, closedOn: [${HOLIDAYS}] }
autoReplies:
  firstMessage: "{% if number == '${SALES}' %}Hello {{ contact.first_name }}, you have reached Acme Sales.{% endif %}"
  outOfHours: We are closed today, and back tomorrow.
keywords:
  - { words: [HOURS], reply: We are open all day., stopProcessing: true }
  - { words: [price], match: contains, reply: "Prices: https://example.com/prices", tag: prices }
responder: { url: "${botUrl}", secret: secret-of-the-demo-s-bot }
routing: [{ when: { to: "${SALES}" }, then: { team: Sales, tag: sales } }]
welcome: "{% if contact.first_name == '${NEW_CONTACT}' %}Welcome, ${NEW_CONTACT}! Text us any time.{% endif %}"
survey: { question: "{% if number == '${SALES}' %}How did we do? 1-5{% endif %}", low: 2, thanks: Thank you!, team: Care }
notify:
  - { kind: slack, url: "${channelUrl}", events: [sms.failed, opt_out.changed] }
  - { kind: webhook, url: "${hookUrl}", secret: "${hookSecret}", events: [message.received], when: { contains: urgent } }
  - { kind: email, to: ${mailTo}, events: [message.received], when: { contains: urgent } }
`

export interface DemoParts {
  shores: Shores
  outside: Outside
  /** Where the database is. */
  folder: string
}

/** @param changes keys of the behaviour file that are otherwise for now, as YAML */
export function configFor({ shores: { twilio, intercom }, outside, folder }: DemoParts, changes = ''): Config {
  const changed = parse(changes.replaceAll(CHANNEL, `"${outside.channelUrl}"`))
  const yaml = stringify({ ...parse(behaviourOf(outside)), ...changed })
  const { behaviour, faults } = parseBehaviour(yaml, 'the behaviour of the demo')
  if (!behaviour) throw new Error(faults.join('\n'))
  return {
    publicUrl: PUBLIC_URL,
    host: '127.0.0.1',
    port: 0,
    twilio: { accountSid: ACCOUNT, authTokens: [AUTH_TOKEN], phoneNumbers: [...OURS.keys()], apiUrl: twilio.url },
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
    seriesToken: SERIES_TOKEN,
    smtpUrl: outside.smtpUrl,
    logLevel: 'info',
    logPii: true,
    behaviour,
  }
}

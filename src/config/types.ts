import type { Behaviour } from './behaviour.ts'

/** Everything the bridge is told, validated and frozen. */
export interface Config {
  /** https address the outside world uses; no trailing slash. */
  publicUrl: string
  host: string
  port: number
  twilio: {
    accountSid: string
    /** The current Auth Token first, then the previous one while it is being rotated. */
    authTokens: string[]
    apiKey?: { sid: string; secret: string }
    /** Own senders, normalised. */
    phoneNumbers: string[]
    messagingServiceSid?: string
    /** Another base URL for every Twilio host; no trailing slash. */
    apiUrl?: string
  }
  intercom: {
    accessToken: string
    clientSecrets: string[]
    /** Unset: the token's own admin. */
    adminId?: string
    region: 'us' | 'eu' | 'au'
    /** Base URL of the REST API; no trailing slash. */
    apiUrl: string
    /** True when INTERCOM_API_URL named another host: then downloads from that host are allowed as well. */
    customApiUrl: boolean
  }
  databaseUrl: string
  consoleToken?: string
  seriesToken?: string
  /** Also taken, while Intercom is being told the new one. */
  seriesTokenPrevious?: string
  smtpUrl?: string
  /** Where OpenTelemetry's traces go; unset: nowhere. */
  traces?: { url: string; headers: Record<string, string> }
  /** ISO 3166-1 alpha-2. */
  defaultCountry: string
  logLevel: string
  logPii: boolean
  behaviour: Behaviour
}

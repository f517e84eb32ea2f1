import type { Config } from '../config/types.ts'
import type { Log } from '../log.ts'
import type { Intercom, Notifier, Responder, Twilio } from './ports.ts'

/** What the flows are given; made in `bridge.ts`. */
export interface Ctx {
  config: Config
  log: Log
  /** Unix milliseconds. */
  now: () => number
  twilio: Twilio
  intercom: Intercom
  /** The operator's own bot; null where there is none. */
  responder: Responder | null
  notifier: Notifier
  /** A signed link under PUBLIC_URL, good until `expiresAt` (Unix ms). */
  mediaLink: (media: MediaRef, expiresAt: number) => string
}

/** A kept attachment of an agent, or the nth medium of a received message. */
export type MediaRef = { file: number } | { message: number; index: number }

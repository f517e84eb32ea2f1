import type { NewEffect } from '../queue/jobs.ts'
import { laneOf } from './lanes.ts'

/** What the effect knows besides its message. */
export interface Texting {
  /** A teammate's reply: what the customer writes next is about it. A bot's is none, and neither is a program's text. */
  byTeammate?: boolean
}

/** The effect that hands a message to Twilio, behind whatever else is on its way to the customer's phone. */
export function textEffect(customer: string, messageId: number, body: Texting = {}): NewEffect {
  return { kind: 'sms.send', lane: laneOf.phone(customer), messageId, body }
}

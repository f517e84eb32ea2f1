import type { NewEffect } from '../queue/jobs.ts'
import { laneOf } from './lanes.ts'

/** The effect that hands a message to Twilio, behind whatever else is on its way to the customer's phone. */
export function textEffect(customer: string, messageId: number): NewEffect {
  return { kind: 'sms.send', lane: laneOf.phone(customer), messageId, body: {} }
}

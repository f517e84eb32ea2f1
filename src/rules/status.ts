export type OutboundStatus =
  | 'scheduled'
  | 'queued'
  | 'sending'
  | 'unknown'
  | 'sent'
  | 'delivered'
  | 'undelivered'
  | 'failed'
  | 'canceled'
  | 'blocked'

/** `unknown` comes after `sending`: only evidence that the text went out, or did not, can replace it. */
const RANK: Record<OutboundStatus, number> = {
  scheduled: 0,
  queued: 1,
  sending: 2,
  unknown: 3,
  sent: 4,
  // Twilio cancels only what it has not sent yet.
  canceled: 4,
  delivered: 5,
  undelivered: 5,
  failed: 5,
  blocked: 5,
}
const FINAL = new Set<OutboundStatus>(['delivered', 'undelivered', 'failed', 'canceled', 'blocked'])

/** Twilio's MessageStatus: https://www.twilio.com/docs/messaging/api/message-resource#message-status-values */
const REPORTED = new Map<string, OutboundStatus>([
  ['accepted', 'queued'],
  ['scheduled', 'queued'],
  ['queued', 'queued'],
  ['sending', 'sending'],
  ['sent', 'sent'],
  ['delivered', 'delivered'],
  ['read', 'delivered'],
  ['undelivered', 'undelivered'],
  ['failed', 'failed'],
  ['canceled', 'canceled'],
])

/**
 * Our status after Twilio reported one of its own. Callbacks arrive in any order, so a status only ever moves forward;
 * the first final one stays. A status we do not know changes nothing.
 */
export function advanceStatus(current: string, reported: string): string {
  const next = REPORTED.get(reported)
  if (next === undefined || !isOutbound(current) || FINAL.has(current)) return current
  return RANK[next] > RANK[current] ? next : current
}

function isOutbound(status: string): status is OutboundStatus {
  return Object.hasOwn(RANK, status)
}

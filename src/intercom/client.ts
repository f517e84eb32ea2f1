import type { Config } from '../config/types.ts'
import type { Intercom } from '../flows/ports.ts'
import { assigneeList } from './assignees.ts'
import { fetchAttachment } from './attachments.ts'
import { contactCalls } from './contacts.ts'
import { attributeWriter } from './conversation-attributes.ts'
import { conversationCalls, createIdentity } from './conversations.ts'
import { createLimits } from './limits.ts'
import { ownAttributes } from './own-attributes.ts'
import { createCall } from './session.ts'
import { messengerSwitch } from './switch.ts'

export interface IntercomClient extends Intercom {
  /** GET /me (unless the admin is configured) and POST /tags, ahead of the first text that needs them. */
  prime(): Promise<void>
}

/** Intercom's own links write `_` for the workspace of whoever opens them. */
const APP = { us: 'https://app.intercom.com', eu: 'https://app.eu.intercom.com', au: 'https://app.au.intercom.com' }

export interface IntercomOptions {
  /** Unix milliseconds, for rate limits that end at a given time. */
  now: () => number
  /** Intercom lets us make no more calls before `resetAt` (Unix ms). */
  onExhausted?: (resetAt: number) => void
}

/**
 * Intercom's REST API. Every method throws a VendorError; a failed read is always `certain`, since it leaves nothing in
 * doubt. Nothing is requested before the first call.
 */
export function createIntercom(config: Config, options: IntercomOptions): IntercomClient {
  const limits = createLimits(options.onExhausted ?? (() => {}))
  const call = createCall(config, { now: options.now, onHeaders: limits.observe })
  const { adminId } = config.intercom
  const identity = createIdentity(call, { tag: config.behaviour.tag, ...(adminId === undefined ? {} : { adminId }) })
  return {
    ...contactCalls(call),
    ...conversationCalls(call, identity),
    assignees: assigneeList(call, options.now),
    ...attributeWriter(call, options.now),
    switchToMessenger: messengerSwitch(call),
    markConversation: ownAttributes(call),
    callsPer10s: limits.per10s,
    conversationUrl: (id) => `${APP[config.intercom.region]}/a/apps/_/conversations/${id}`,
    fetchAttachment: (url) => fetchAttachment(config, url),
    async prime() {
      await Promise.all([identity.adminId.get(), identity.tagId().get()])
    },
  }
}

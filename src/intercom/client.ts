import type { Config } from '../config/types.ts'
import type { Intercom } from '../flows/ports.ts'
import { fetchAttachment } from './attachments.ts'
import { contactCalls } from './contacts.ts'
import { conversationCalls, createIdentity } from './conversations.ts'
import { createCall } from './session.ts'

export interface IntercomClient extends Intercom {
  /** GET /me (unless the admin is configured) and POST /tags, ahead of the first text that needs them. */
  prime(): Promise<void>
}

/**
 * Intercom's REST API. Every method throws a VendorError; a failed read is always `certain`, since it leaves nothing in
 * doubt. Nothing is requested before the first call.
 *
 * @param options.now Unix milliseconds, for rate limits that end at a given time.
 */
export function createIntercom(config: Config, options: { now: () => number }): IntercomClient {
  const call = createCall(config, options.now)
  const { adminId } = config.intercom
  const identity = createIdentity(call, { tag: config.behaviour.tag, ...(adminId === undefined ? {} : { adminId }) })
  return {
    ...contactCalls(call),
    ...conversationCalls(call, identity),
    fetchAttachment: (url) => fetchAttachment(config, url),
    async prime() {
      await Promise.all([identity.adminId.get(), identity.tagId.get()])
    },
  }
}

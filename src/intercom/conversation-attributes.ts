import { VendorError } from '../errors.ts'
import type { Intercom } from '../flows/ports.ts'
import { anything } from './answers.ts'
import type { Call } from './session.ts'

type Attributes = Parameters<Intercom['describeConversation']>[1]

const DESCRIBE = { doing: 'set the attributes of the conversation', repeatable: true }

const GOOD_FOR_MS = 60 * 60_000

/**
 * Intercom refuses the whole of an update that names one attribute the workspace does not have, and since API 2.16 it lists
 * conversation attributes only where the SDK does not reach. So each name is tried alone once an hour.
 * https://developers.intercom.com/docs/references/rest-api/api.intercom.io/conversations/updateconversation
 */
export function attributeWriter(call: Call, now: () => number): Intercom['describeConversation'] {
  const known = new Map<string, { there: Promise<boolean>; since: number }>()
  const write = (id: string, attributes: Attributes) =>
    isTaken(
      call(DESCRIBE, anything, (sdk) =>
        sdk.conversations.update({ conversation_id: id, custom_attributes: attributes }),
      ),
    )

  async function tryAlone(id: string, name: string, value: string | number): Promise<void> {
    const there = write(id, { [name]: value })
    known.set(name, { there, since: now() })
    try {
      await there
    } catch (error) {
      known.delete(name)
      throw error
    }
  }

  return async (id, attributes) => {
    const together: Attributes = {}
    for (const [name, value] of Object.entries(attributes)) {
      const before = known.get(name)
      if (!before || now() - before.since > GOOD_FOR_MS) await tryAlone(id, name, value)
      else if (await before.there) together[name] = value
    }
    const names = Object.keys(together)
    if (names.length > 0 && !(await write(id, together))) for (const name of names) known.delete(name)
  }
}

/** False when Intercom refused what was to be written, as it does for an attribute that it does not know. */
async function isTaken(update: Promise<unknown>): Promise<boolean> {
  try {
    await update
    return true
  } catch (error) {
    if (error instanceof VendorError && (error.status === 400 || error.status === 422)) return false
    throw error
  }
}

import { VendorError } from '../errors.ts'
import type { Intercom } from '../flows/ports.ts'
import { anything } from './answers.ts'
import type { Call } from './session.ts'

type Attributes = Parameters<Intercom['describeConversation']>[1]

const DESCRIBE = { doing: 'set the attributes of the conversation', repeatable: true }

const GOOD_FOR_MS = 60 * 60_000

interface Tried {
  since: number
  there: Promise<boolean>
  /** The same, once it is known. */
  taken?: boolean
}

/**
 * Intercom refuses the whole of an update that names one attribute the workspace does not have, and since API 2.16 it lists
 * conversation attributes only where the SDK does not reach. So each name is tried alone once an hour.
 * https://developers.intercom.com/docs/references/rest-api/api.intercom.io/conversations/updateconversation
 */
export function attributeWriter(
  call: Call,
  now: () => number,
): Pick<Intercom, 'describeConversation' | 'callsToDescribe'> {
  const tried = new Map<string, Tried>()
  const write = (id: string, attributes: Attributes) =>
    isTaken(
      call(DESCRIBE, anything, (sdk) =>
        sdk.conversations.update({ conversation_id: id, custom_attributes: attributes }),
      ),
    )

  /** What trying it has brought; undefined when it was never tried, or too long ago. */
  function latest(name: string): Tried | undefined {
    const before = tried.get(name)
    return before && now() - before.since <= GOOD_FOR_MS ? before : undefined
  }

  async function tryAlone(id: string, name: string, value: string | number): Promise<void> {
    const trial: Tried = { since: now(), there: write(id, { [name]: value }) }
    tried.set(name, trial)
    try {
      trial.taken = await trial.there
    } catch (error) {
      tried.delete(name)
      throw error
    }
  }

  return {
    callsToDescribe(attributes) {
      const trials = Object.keys(attributes).map(latest)
      const together = trials.some((trial) => trial && trial.taken !== false) ? 1 : 0
      return together + trials.filter((trial) => trial === undefined).length
    },
    async describeConversation(id, attributes) {
      const together: Attributes = {}
      for (const [name, value] of Object.entries(attributes)) {
        const trial = latest(name)
        if (!trial) await tryAlone(id, name, value)
        else if (await trial.there) together[name] = value
      }
      const names = Object.keys(together)
      if (names.length > 0 && !(await write(id, together))) for (const name of names) tried.delete(name)
    },
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

import { VendorError } from '../errors.ts'
import type { Intercom } from '../flows/ports.ts'
import { anything } from './answers.ts'
import type { Call } from './session.ts'

const UPDATE = { doing: 'set the attributes of the conversation', repeatable: true }
const CREATE = { doing: 'create the conversation attribute', repeatable: true }

/**
 * What nobody but the bridge knows of a conversation is kept in attributes of its own. Intercom refuses one that the workspace
 * does not have; from API 2.16 on it can be made, where the SDK does not reach.
 * https://developers.intercom.com/docs/references/rest-api/api.intercom.io/conversations/updateconversation
 */
export function ownAttributes(call: Call): Intercom['markConversation'] {
  /** Names made by this process, so that a refusal for another reason does not make them again. */
  const made = new Set<string>()
  return async (id, attributes) => {
    const update = () =>
      call(UPDATE, anything, (sdk) => sdk.conversations.update({ conversation_id: id, custom_attributes: attributes }))
    try {
      await update()
    } catch (error) {
      const missing = Object.entries(attributes).filter(([name]) => !made.has(name))
      if (!(error instanceof VendorError) || error.status !== 400 || missing.length === 0) throw error
      for (const [name, value] of missing) {
        await create(call, name, typeof value === 'string' ? 'string' : 'integer')
        made.add(name)
      }
      await update()
    }
  }
}

/** Operation createConversationAttribute of Intercom's OpenAPI description 2.16. */
async function create(call: Call, name: string, dataType: 'string' | 'integer'): Promise<void> {
  try {
    await call(CREATE, anything, (_sdk, post) => post('/conversations/attributes', { name, data_type: dataType }))
  } catch (error) {
    const exists = error instanceof VendorError && error.code === 'parameter_invalid'
    if (!exists) throw error
  }
}

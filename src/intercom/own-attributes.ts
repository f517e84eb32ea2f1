import type { Intercom } from '../flows/ports.ts'
import { anything } from './answers.ts'
import { attributeSetter } from './attribute-setter.ts'
import type { Call } from './session.ts'

const UPDATE = { doing: 'set the attributes of the conversation', repeatable: true }
const CREATE = { doing: 'create the conversation attribute', repeatable: true }

/**
 * What nobody but the bridge knows of a conversation is kept in attributes of its own. Intercom refuses one that the workspace
 * does not have; from API 2.16 on it can be made, where the SDK does not reach.
 * https://developers.intercom.com/docs/references/rest-api/api.intercom.io/conversations/updateconversation
 */
export function ownAttributes(call: Call): Intercom['markConversation'] {
  return attributeSetter({
    update: (id, attributes) =>
      call(UPDATE, anything, (sdk) => sdk.conversations.update({ conversation_id: id, custom_attributes: attributes })),
    isUnknown: ({ status }) => status === 400,
    // Operation createConversationAttribute of Intercom's OpenAPI description 2.16.
    create: (name, value) => {
      const attribute = { name, data_type: typeof value === 'string' ? 'string' : 'integer' }
      return call(CREATE, anything, (_sdk, post) => post('/conversations/attributes', attribute))
    },
  })
}

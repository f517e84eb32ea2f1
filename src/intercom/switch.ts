import type { Intercom } from '../flows/ports.ts'
import { anything } from './answers.ts'
import type { Call } from './session.ts'

const SWITCH = { doing: 'text the link into the Messenger', repeatable: false }

/** https://developers.intercom.com/docs/references/rest-api/api.intercom.io/switch/createphoneswitch */
export function messengerSwitch(call: Call): Intercom['switchToMessenger'] {
  return async (phone) => {
    await call(SWITCH, anything, (sdk) => sdk.phoneCallRedirects.create({ phone }))
  }
}

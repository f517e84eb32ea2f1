import { countryOf } from '../rules/phone.ts'
import type { MessagingService, OwnNumber } from '../twilio/account.ts'
import { asked, notSeen } from './asking.ts'
import { type Finding, fail, ok, warn } from './check.ts'
import type { Surroundings } from './surroundings.ts'

/** https://www.twilio.com/docs/messaging/compliance/toll-free */
const TOLL_FREE = /^\+18(00|33|44|55|66|77|88)/
const CONSOLE = 'in the Twilio console'

/**
 * Carriers in the United States take texts only from numbers that are registered: toll-free ones verified, others in a
 * campaign of A2P 10DLC. Nothing is asked of numbers elsewhere.
 */
export async function registrationChecks(
  o: Pick<Surroundings, 'twilio'>,
  number: OwnNumber,
  among: { service: MessagingService | null; seen: boolean },
): Promise<Finding[]> {
  if (TOLL_FREE.test(number.phoneNumber)) return [await tollFree(o, number)]
  if (countryOf(number.phoneNumber) !== 'US' || !among.seen) return []
  return [await longCode(o, number, among.service)]
}

const nameOf = ({ phoneNumber }: OwnNumber) => `registration ${phoneNumber}`

async function tollFree({ twilio }: Pick<Surroundings, 'twilio'>, number: OwnNumber): Promise<Finding> {
  const name = nameOf(number)
  const asking = await asked(twilio.tollFreeVerification(number.sid))
  const fix = `Submit or correct the toll-free verification ${CONSOLE} (Phone Numbers, the number, Regulatory Information).`
  if ('error' in asking) return notSeen(name, 'The toll-free verification', asking.error, `Look ${CONSOLE}.`)
  const state = asking.answer
  if (state === 'TWILIO_APPROVED') return ok(name, 'The toll-free number is verified.')
  if (state === 'PENDING_REVIEW' || state === 'IN_REVIEW') {
    return warn(name, 'The toll-free number is being verified; its texts are refused meanwhile (30032).', 'Wait.')
  }
  const what = state === null ? 'is not verified' : `was not verified (${state})`
  return fail(name, `The toll-free number ${what}: every text from it is refused (30032).`, fix)
}

/** https://www.twilio.com/docs/messaging/compliance/a2p-10dlc */
async function longCode(
  { twilio }: Pick<Surroundings, 'twilio'>,
  number: OwnNumber,
  service: MessagingService | null,
): Promise<Finding> {
  const name = nameOf(number)
  const fix = `Register brand and campaign ${CONSOLE} (Messaging, Regulatory compliance) and put the number into the campaign’s Messaging Service.`
  const refused = 'texts from it to the United States are refused (30034)'
  // Not a failure: a campaign may be registered where this account cannot see it, and not everybody texts Americans.
  if (!service)
    return warn(name, `The number is in no Messaging Service, so in no A2P 10DLC campaign: ${refused}.`, fix)
  const asking = await asked(twilio.campaigns(service.sid))
  if ('error' in asking) return notSeen(name, 'The A2P 10DLC campaign', asking.error, `Look ${CONSOLE}.`)
  const states = asking.answer
  if (states.includes('VERIFIED')) return ok(name, 'The number is in a verified A2P 10DLC campaign.')
  if (states.includes('FAILED')) {
    return fail(name, `The A2P 10DLC campaign of ${service.sid} was refused: ${refused}.`, `Correct it. ${fix}`)
  }
  if (states.length > 0) {
    return warn(name, `The A2P 10DLC campaign of ${service.sid} is being reviewed: until then ${refused}.`, 'Wait.')
  }
  return warn(name, `The Messaging Service ${service.sid} has no A2P 10DLC campaign: ${refused}.`, fix)
}

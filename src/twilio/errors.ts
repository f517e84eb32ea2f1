export interface CodeExplanation {
  /** What happened, in words an agent understands. */
  sentence: string
  /** What to do about it, and who. */
  next: string
}

const AUTOMATIC = 'Nothing to do: the bridge tries again by itself.'
const LATER = 'Try again later.'
const OTHER_CHANNEL = 'Reach the customer another way, by phone or e-mail.'
const CHECK_NUMBER = 'Check the phone number on the contact.'
const CREDENTIALS = 'An administrator has to check the Twilio credentials of the bridge.'
const SENDER = 'An administrator has to check the sender in the Twilio console and in TWILIO_PHONE_NUMBERS.'
const SERVICE = 'An administrator has to check the Messaging Service in Twilio and TWILIO_MESSAGING_SERVICE_SID.'
const REGISTER = 'An administrator has to finish the registration of the number in the Twilio console.'
const LINK_INSTEAD = 'Send a link to the file instead.'
const START_ONLY = 'Do not text again. The customer can change this by texting START.'

const NO_REASON: CodeExplanation = {
  sentence: 'Twilio gave no reason.',
  next: 'Send it once more; if it fails again, reach the customer another way.',
}

/** Our own words for the codes that meet a support team; Twilio's texts change and are written for developers. */
const EXPLANATIONS: Record<number, readonly [sentence: string, next: string]> = {
  11200: ['Twilio could not reach the bridge.', 'An administrator has to check that PUBLIC_URL can be reached.'],
  11205: ['Twilio could not connect to the bridge.', 'An administrator has to check that PUBLIC_URL can be reached.'],
  11751: ['The attachment is too large for a picture message.', LINK_INSTEAD],
  12300: [
    'Twilio could not read the answer of the bridge.',
    'An administrator has to check what stands before the bridge.',
  ],
  14107: [
    'Twilio stopped a loop of automatic replies.',
    'An administrator has to look for another robot on this number.',
  ],
  20003: ['Twilio did not accept the credentials of the bridge.', CREDENTIALS],
  20009: ['Twilio has not come to an end with this text yet.', AUTOMATIC],
  20404: ['Twilio does not know this account or message.', CREDENTIALS],
  20429: ['Twilio asked the bridge to slow down.', AUTOMATIC],
  20503: ['Twilio is unavailable for the moment.', AUTOMATIC],
  21211: ['This is not a phone number that Twilio can text.', CHECK_NUMBER],
  21212: ['The number the text should come from is not valid.', SENDER],
  21265: ['The customer wrote from a short code, which cannot be texted.', OTHER_CHANNEL],
  21408: [
    'Texts to this country are switched off in the Twilio account.',
    'An administrator can allow the country under Messaging, Geo permissions, in the Twilio console.',
  ],
  21602: ['The text is empty.', 'Write some words or attach a file.'],
  21606: ['The number the text should come from cannot text this customer.', SENDER],
  21608: [
    'The Twilio account may only text verified numbers.',
    'An administrator has to upgrade the account or complete its compliance profile.',
  ],
  21610: ['The customer has opted out of texts.', START_ONLY],
  21611: ['Too many texts are waiting to leave from this number.', AUTOMATIC],
  21612: ['This customer cannot be reached by text from our number.', OTHER_CHANNEL],
  21614: ['This is not a mobile number.', 'Ask the customer for a mobile number.'],
  21617: ['The text is longer than 1,600 characters.', 'Shorten it, or send it as several replies.'],
  21620: ['Twilio could not use the address of the attachment.', LINK_INSTEAD],
  21623: ['A text can carry ten attachments at most.', 'Send fewer, or links to the files.'],
  21703: ['The Messaging Service has no number that suits this customer.', SERVICE],
  21704: ['The Messaging Service has no numbers.', SERVICE],
  21705: ['Twilio does not know the Messaging Service.', SERVICE],
  30001: ['Too many texts were waiting to leave, so this one was dropped.', LATER],
  30002: ['The Twilio account is suspended.', 'An administrator has to settle this with Twilio.'],
  30003: ['The customer’s phone could not be reached; it may be off or without signal.', `${LATER} Or call.`],
  30004: ['The text was blocked by the customer’s phone or carrier.', OTHER_CHANNEL],
  30005: ['The number does not exist or is no longer in use.', CHECK_NUMBER],
  30006: ['The number is a landline or its carrier cannot take texts.', 'Call the customer instead.'],
  30007: [
    'The carrier filtered the text as spam.',
    'Reword it without shortened links. If it happens often, an administrator should check the campaign registration.',
  ],
  30008: ['The carrier did not deliver the text and gave no reason.', 'Send it once more later, or call.'],
  30011: ['This carrier does not take picture messages.', LINK_INSTEAD],
  30017: ['The carrier is overloaded.', LATER],
  30019: ['The attachment is too large for the carrier.', LINK_INSTEAD],
  30022: ['Our number sent more texts than the carrier allows in a minute.', LATER],
  30023: ['Our number has used up what the carrier allows for today.', 'Try again tomorrow.'],
  30024: ['Our number is not set up at the carrier yet.', REGISTER],
  30027: ['We have used up what T-Mobile allows for today.', 'Try again tomorrow.'],
  30032: ['Our toll-free number is not verified yet.', REGISTER],
  30034: ['Our number is not registered for business texts in the United States.', REGISTER],
  30035: ['Our number is still being registered for business texts.', LATER],
  30039: ['Twilio took the text for part of a loop and held it back.', 'Read it in the Twilio console.'],
  30410: ['The carrier did not answer in time.', LATER],
  30450: ['Twilio held the text back to prevent fraud.', 'Try again in half an hour.'],
  30610: ['Texts to this customer are held back at night.', 'Send it in the daytime.'],
  57012: ['A webhook of Twilio carried a wrong signature.', CREDENTIALS],
  63003: ['The customer cannot be reached on this channel.', OTHER_CHANNEL],
  63014: ['The customer has blocked or left this channel.', 'Do not write again until the customer does.'],
  63015: ['The customer has not joined the WhatsApp sandbox.', 'Ask the customer to join it first.'],
  63016: [
    'The customer’s last WhatsApp message is more than 24 hours old.',
    'Wait until the customer writes again; then free text is possible for 24 hours.',
  ],
  63018: ['The channel takes no more messages for the moment.', LATER],
  63024: ['The customer cannot be reached on this channel.', OTHER_CHANNEL],
}

/**
 * One sentence on what a Twilio error code means and one on what to do next, for agents; 0 for a failure without a
 * code. New codes appear without notice: https://www.twilio.com/docs/api/errors
 */
export function explainTwilioCode(code: number): CodeExplanation {
  if (code === 0) return NO_REASON
  const known = EXPLANATIONS[code]
  if (known) return { sentence: known[0], next: known[1] }
  return {
    sentence: `Twilio reported error ${code}.`,
    next: `What it means: https://www.twilio.com/docs/api/errors/${code}`,
  }
}

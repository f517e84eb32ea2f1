import { countSegments } from './messages.ts'
import { answered, type Delivery, deliverInbound } from './webhooks.ts'
import { hexSid, type Message, optOutKey, type World } from './world.ts'

export interface IncomingText {
  /** The customer. */
  from: string
  /** One of our numbers. */
  to: string
  body: string
  media?: { contentType: string; data: Buffer }[]
  /** More webhook parameters, or other values for the usual ones. */
  extra?: Record<string, string>
  sid?: string
  /** The text arrives at Twilio, but its webhook is never sent (code 30039, a rule of the account, an outage of Twilio's). */
  webhook?: false
}

const OPT_OUT = ['STOP', 'STOPALL', 'UNSUBSCRIBE', 'END', 'QUIT', 'CANCEL', 'REVOKE', 'OPTOUT']
const OPT_IN = ['START', 'YES', 'UNSTOP']
const HELP = ['HELP', 'INFO']

/** A customer's text as Twilio keeps it, media included; opt-out keywords are obeyed and answered. */
export function receiveText(world: World, apiUrl: string, text: IncomingText): Message {
  const sid = text.sid ?? hexSid(text.media?.length ? 'MM' : 'SM')
  const media = (text.media ?? []).map((file) => ({ sid: hexSid('ME'), ...file }))
  const base = `${apiUrl}/2010-04-01/Accounts/${world.accountSid}/Messages/${sid}/Media`
  const message: Message = {
    ...blank(world),
    sid,
    from: text.from,
    to: text.to,
    body: text.body,
    numMedia: media.length,
    mediaUrls: media.map((file) => `${base}/${file.sid}`),
    media,
    messagingServiceSid: world.service?.sid ?? null,
    direction: 'inbound',
    status: 'received',
    numSegments: countSegments(text.body, media.length),
  }
  world.messages.push(message)
  if (world.optOutHandling !== false) obeyKeyword(world, message)
  world.changes.changed()
  return message
}

/** Calls the webhook, and texts the customer what the answer says: TwiML or plain text. */
export async function announce(world: World, message: Message, extra: Record<string, string>): Promise<Delivery[]> {
  const deliveries = await deliverInbound(world, message, extra)
  const last = deliveries.at(-1)
  if (last && answered(last)) {
    for (const [, body = ''] of last.body.matchAll(/<Message[^>]*>([^<]*)/g)) replyTo(world, message, body)
    if (last.body !== '' && !last.body.includes('<')) replyTo(world, message, last.body)
  }
  return deliveries
}

/** https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out: only a text that is exactly one keyword counts. */
function obeyKeyword(world: World, message: Message): void {
  const word = message.body.trim().toUpperCase()
  const key = optOutKey(world, message.to, message.from ?? '')
  if (OPT_OUT.includes(word)) {
    if (!world.optOuts.has(key))
      replyTo(world, message, 'You have successfully been unsubscribed. Reply START to resubscribe.')
    world.optOuts.add(key)
  } else if (OPT_IN.includes(word)) {
    if (world.optOuts.delete(key))
      replyTo(world, message, 'You have successfully been re-subscribed. Reply STOP to unsubscribe.')
  } else if (HELP.includes(word)) {
    replyTo(world, message, 'Reply STOP to unsubscribe. Msg&Data Rates May Apply.')
  }
}

function replyTo(world: World, message: Message, body: string): void {
  world.messages.push({
    ...blank(world),
    from: message.to,
    to: message.from ?? '',
    body,
    direction: 'outbound-reply',
    status: 'delivered',
  })
}

function blank(world: World): Message {
  const now = world.now()
  return {
    sid: hexSid('SM'),
    from: null,
    to: '',
    body: '',
    numMedia: 0,
    mediaUrls: [],
    media: [],
    messagingServiceSid: null,
    direction: 'inbound',
    status: 'received',
    errorCode: null,
    numSegments: 1,
    statusCallback: null,
    dateCreated: now,
    dateUpdated: now,
    dateSent: now,
  }
}

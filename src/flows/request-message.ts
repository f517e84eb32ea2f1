import { addEffects } from '../queue/jobs.ts'
import { canReplyTo, channelOf, normalizeAddress } from '../rules/phone.ts'
import { countSegments, MAX_SMS_LENGTH } from '../rules/segments.ts'
import { cleanText } from '../rules/text.ts'
import type { Tx } from '../store/database.ts'
import { isForgotten, requestName } from '../store/erased.ts'
import { addMessage, messageByKey } from '../store/messages.ts'
import { isOptedOut } from '../store/opt-outs.ts'
import { lastNumber, threadsOf } from '../store/threads.ts'
import type { Ctx } from './context.ts'
import { laneOf } from './lanes.ts'
import { textEffect } from './text-effect.ts'
import { threadWith } from './thread-of.ts'

export interface MessageRequest {
  to: string
  /** One of our senders; default: the one the customer was in touch with last, else the first configured. */
  from?: string | undefined
  body: string
  /** Public addresses of pictures and files. */
  mediaUrls: string[]
  /**
   * Which program asks; `consent` alone may text somebody who has opted out, once, to confirm it. An `opening` is a
   * teammate's, and begins a conversation; a `command` goes on with the one there is.
   */
  origin: 'api' | 'series' | 'welcome' | 'automatic' | 'consent' | 'command' | 'opening' | 'survey'
  /** The same key again is the same message. */
  key?: string
  /** Unix ms; in the past or absent: now. */
  sendAt?: number
  /** Not sent if the customer writes first. */
  cancelOnReply?: boolean | undefined
  conversationId?: string
  /** For the conversation that the answer begins. */
  title?: string
}

export type Requested =
  | {
      messageId: number
      /** The key was used before: nothing new was written. */
      known?: true
    }
  | { refused: 'opted_out' | 'invalid_number' | 'too_long' | 'unknown_sender' | 'erased'; message: string }

/** A program wants a customer texted: the message is written down and goes the way of every text, at once or in time. */
export async function requestMessage(
  ctx: Pick<Ctx, 'config' | 'now'>,
  tx: Tx,
  request: MessageRequest,
): Promise<Requested> {
  const known = request.key ? await messageByKey(tx, request.key) : null
  if (known !== null) return { messageId: known, known: true }
  if (request.key && (await isForgotten(tx, requestName(request.key)))) {
    return { refused: 'erased', message: 'The message of this key was sent or canceled, and is erased by now.' }
  }
  const { config } = ctx
  const to = normalizeAddress(request.to, config.defaultCountry)
  if (!canReplyTo(to)) return { refused: 'invalid_number', message: 'This is not a number that can be texted.' }
  const from = request.from ? normalizeAddress(request.from, config.defaultCountry) : await senderFor(ctx, tx, to)
  if (request.from && !(await isSender(ctx, tx, from, to))) {
    return { refused: 'unknown_sender', message: 'This sender is none of TWILIO_PHONE_NUMBERS.' }
  }
  const body = cleanText(request.body)
  if (body.length > MAX_SMS_LENGTH) return { refused: 'too_long', message: 'A text holds 1,600 characters at most.' }
  if (request.origin !== 'consent' && (await isOptedOut(tx, to, from))) {
    return { refused: 'opted_out', message: 'The customer has opted out of texts from this number.' }
  }
  return { messageId: await write(ctx, tx, { ...request, to, from, body }) }
}

async function write(
  ctx: Pick<Ctx, 'config' | 'now'>,
  tx: Tx,
  request: MessageRequest & { from: string },
): Promise<number> {
  const { to, from, body, mediaUrls, origin, key, sendAt, cancelOnReply = false, conversationId, title } = request
  const thread = await threadWith(ctx, tx, from, to)
  const later = sendAt !== undefined && sendAt > ctx.now()
  const messageId = await addMessage(
    tx,
    {
      threadId: thread.id,
      number: from,
      direction: 'outbound',
      status: later ? 'scheduled' : 'queued',
      channel: channelOf(to, mediaUrls.length),
      body,
      media: mediaUrls.map((url) => ({ url, contentType: '' })),
      segments: countSegments(body).segments,
      origin,
      cancelOnReply,
      ...(key ? { requestKey: key } : {}),
      ...(later ? { sendAt } : {}),
      ...(conversationId ? { conversationId } : {}),
      ...(title ? { title } : {}),
    },
    ctx.now(),
  )
  const effect = later
    ? { kind: 'sms.schedule', lane: laneOf.schedule(messageId), messageId, body: {} }
    : textEffect(to, messageId)
  await addEffects(tx, [effect], ctx.now())
  return messageId
}

/** One of our own, or of a Messaging Service, whose numbers are known by who texted them. */
async function isSender({ config }: Pick<Ctx, 'config'>, tx: Tx, from: string, to: string): Promise<boolean> {
  if (config.twilio.phoneNumbers.includes(from)) return true
  return (await threadsOf(tx, to)).some(({ number }) => number === from)
}

/** The sender of a text that names none. With a Messaging Service alone it is left to it (empty). */
export async function senderFor(ctx: Pick<Ctx, 'config'>, tx: Tx, to: string): Promise<string> {
  const last = await lastNumber(tx, to)
  if (last !== null) return last
  const sameChannel = ctx.config.twilio.phoneNumbers.find((own) => channelOf(own, 0) === channelOf(to, 0))
  return ctx.config.twilio.messagingServiceSid ? '' : (sameChannel ?? '')
}

import { z } from 'zod'
import { requestMessage } from '../flows/request-message.ts'
import { cancel, markSent, resend } from '../flows/settle-by-hand.ts'
import { audit } from '../store/audit.ts'
import { listMessages, showMessage } from '../store/read-messages.ts'
import { addressOf, PAGE_BY_PHONE, rowOf } from './answers.ts'
import { found, type Route, route } from './route.ts'
import { list, TIME } from './shapes.ts'

export const STATUSES = [
  ...(['received', 'posted', 'dead'] as const),
  ...(['scheduled', 'queued', 'sending', 'sent', 'delivered', 'undelivered', 'failed'] as const),
  ...(['blocked', 'unknown', 'canceled'] as const),
]
const status = z.enum(STATUSES)
const direction = z.enum(['inbound', 'outbound'])

/** What the bridge knows of a text. */
const SHOWN = {
  id: z.string(),
  direction,
  status: status.describe('"unknown": handed to Twilio, and it cannot be proven what became of it.'),
  customer: z.string().describe('The address of the customer, as +12025550123 or whatsapp:+12025550123.'),
  number: z.string().describe('Ours; empty while a Messaging Service is to choose.'),
  channel: z.enum(['sms', 'mms', 'whatsapp', 'rcs']),
  body: z.string(),
  media: z.array(
    z.object({
      url: z.string(),
      contentType: z.string(),
      name: z.string().optional(),
      lost: z.boolean().optional().describe('It could not be had; the text went on without it.'),
    }),
  ),
  segments: z.int().nullable(),
  price: z.string().nullable().describe('As Twilio writes it: negative for what it took. Null until Twilio knows.'),
  priceUnit: z.string().nullable().describe('ISO 4217.'),
  twilioSid: z.string().nullable(),
  conversationId: z.string().nullable(),
  partId: z.string().nullable(),
  contactId: z.string().nullable(),
  error: z
    .object({ code: z.union([z.int(), z.string()]), message: z.string() })
    .nullable()
    .describe('Codes of Twilio are numbers, those of the bridge are words.'),
  createdAt: TIME,
  updatedAt: TIME,
}
const MESSAGE = z.object(SHOWN).meta({ id: 'Message' })
const ATTEMPT = z.object({
  step: z.string(),
  outcome: z.string(),
  code: z.string().nullable(),
  message: z.string().nullable(),
  startedAt: TIME,
  endedAt: TIME,
})
const WITH_ATTEMPTS = z.object({ ...SHOWN, attempts: z.array(ATTEMPT) }).meta({ id: 'MessageWithAttempts' })

/** What may be asked of the list, over HTTP and at the command line. */
export const MESSAGE_FILTER = z.object({
  ...PAGE_BY_PHONE,
  direction: direction.optional(),
  status: status.optional(),
  conversation: z.string().optional().describe('The id of an Intercom conversation.'),
  text: z.string().max(200).optional().describe('Words that are in the text; the last may be the beginning of one.'),
})

const REQUEST = z.strictObject({
  to: z.string().min(1).max(100),
  body: z.string().max(10_000).default(''),
  from: z.string().min(1).max(100).optional().describe('One of our numbers; default: the one last in touch.'),
  mediaUrls: z
    .array(z.url({ protocol: /^https?$/ }))
    .max(10)
    .default([]),
  sendAt: z.iso.datetime({ offset: true }).optional().describe('When it is to be sent; default: at once.'),
  cancelOnReply: z.boolean().optional().describe('Not sent if the customer writes first.'),
})
const KEY = z.object({
  'idempotency-key': z.string().max(200).optional().describe('The same key again is the same message.'),
})

const send = route({
  method: 'post',
  path: '/messages',
  name: 'sendMessage',
  summary: 'Texts a customer.',
  headers: KEY,
  body: REQUEST,
  status: 202,
  answer: WITH_ATTEMPTS,
  refusals: ['opted_out', 'erased', 'empty', 'invalid_number', 'too_long', 'unknown_sender'],
  async handle(o, { headers, body, by }) {
    if (body.body.trim() === '' && body.mediaUrls.length === 0) return { refused: 'empty' }
    const key = headers['idempotency-key']
    const { sendAt, ...rest } = body
    const request = {
      ...rest,
      origin: 'api' as const,
      ...(key ? { key: `api:${key}` } : {}),
      ...(sendAt ? { sendAt: Date.parse(sendAt) } : {}),
    }
    const result = await o.db.transaction().execute(async (tx) => {
      const asked = await requestMessage(o, tx, request)
      if ('refused' in asked || asked.known) return asked
      const target = `message ${asked.messageId}`
      await audit(tx, { ...by, action: 'message.requested', target, phone: addressOf(o.config, body.to) })
      return asked
    })
    if ('refused' in result) return result
    o.wake()
    return { body: (await showMessage(o.db, result.messageId)) ?? undefined }
  },
})

/** What a person decides about a text. */
function byHand(verb: string, name: string, summary: string, act: typeof resend): Route {
  return route({
    method: 'post',
    path: `/messages/:id/${verb}`,
    name,
    summary,
    status: 202,
    answer: WITH_ATTEMPTS,
    refusals: ['not_found', 'wrong_status'],
    async handle(o, { params, by }) {
      const id = rowOf(params.id)
      if (!(await showMessage(o.db, id))) return { refused: 'not_found' }
      const result = await act(o.db, id, by)
      if ('refused' in result) return { refused: 'wrong_status', message: result.refused }
      o.wake()
      return found(await showMessage(o.db, id))
    },
  })
}

/** Texts, in and out. */
export const MESSAGE_ROUTES: Route[] = [
  route({
    method: 'get',
    path: '/messages',
    name: 'listMessages',
    summary: 'Texts in both directions.',
    query: MESSAGE_FILTER,
    status: 200,
    answer: list(MESSAGE),
    async handle(o, { query }) {
      return { body: await listMessages(o.db, { ...query, phone: addressOf(o.config, query.phone) }) }
    },
  }),
  send,
  route({
    method: 'get',
    path: '/messages/:id',
    name: 'getMessage',
    summary: 'A text with its attempts.',
    status: 200,
    answer: WITH_ATTEMPTS,
    refusals: ['not_found'],
    handle: async (o, { params }) => found(await showMessage(o.db, rowOf(params.id))),
  }),
  byHand('resend', 'resendMessage', 'Sends a text again that failed, or whose fate is unknown.', resend),
  byHand('mark-sent', 'markMessageSent', 'Says of a text of unknown fate that it went out.', markSent),
  byHand('cancel', 'cancelMessage', 'Drops a text that waits for its time.', cancel),
]

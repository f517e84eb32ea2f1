import { wallClock } from '../clock.ts'
import { MOST_ROWS } from '../console/answers.ts'
import { MESSAGE_FILTER, STATUSES } from '../console/messages.ts'
import { requestMessage } from '../flows/request-message.ts'
import { markSent, resend } from '../flows/settle-by-hand.ts'
import { normalizeAddress } from '../rules/phone.ts'
import { audit } from '../store/audit.ts'
import { listMessages, readMessage, type ShownMessage } from '../store/read-messages.ts'
import { type Asked, beside, doer, type Options, type Verb } from './verb.ts'

export const messagesVerb: Verb = async ({ config, options }) => {
  const phone = options.phone ? normalizeAddress(options.phone, config.defaultCountry) : undefined
  const { status, limit } = shape(options)
  const { data } = await beside(config, (db) => listMessages(db, { phone, status, limit }))
  return { data, text: data.map(messageLine).join('\n') || 'There are none.' }
}

/** A word that is no status would find nothing, and be taken for the answer. */
function shape({ status, limit }: Options) {
  const read = MESSAGE_FILTER.safeParse({ status, limit })
  if (read.success) return read.data
  if (read.error.issues.some(({ path }) => path[0] === 'status')) {
    throw new Error(`--status needs one of ${STATUSES.join(', ')}.`)
  }
  throw new Error(`--limit needs a whole number from 1 to ${MOST_ROWS}.`)
}

export interface SendOptions {
  from?: string
  media?: string[]
  at?: string
  key?: string
}

/** The same text, to the same number, is asked for once with the same `--key`. */
export const sendVerb: Verb<SendOptions> = async ({ config, args: [to = '', ...words], options }) => {
  const body = words.join(' ')
  const mediaUrls = options.media ?? []
  if (body.trim() === '' && mediaUrls.length === 0) throw new Error('A text needs words or a file.')
  const sendAt = options.at === undefined ? undefined : Date.parse(options.at)
  if (Number.isNaN(sendAt)) throw new Error('--at needs a time such as 2026-11-24T08:00:00Z.')
  const request = {
    to,
    body,
    mediaUrls,
    from: options.from,
    origin: 'api' as const,
    ...(sendAt === undefined ? {} : { sendAt }),
    ...(options.key === undefined ? {} : { key: `api:${options.key.slice(0, 200)}` }),
  }
  const data = await beside(config, (db) =>
    db.transaction().execute(async (tx) => {
      const result = await requestMessage({ config, now: wallClock }, tx, request)
      if ('refused' in result) throw new Error(result.message)
      const message = await readMessage(tx, result.messageId)
      const target = `message ${result.messageId}`
      const phone = message?.customer
      await audit(tx, { ...doer(), action: 'message.requested', target, ...(phone ? { phone } : {}) })
      return message
    }),
  )
  const when = data?.status === 'scheduled' ? 'It waits for its time' : 'It is on its way'
  return { data, text: `${when}: message ${data?.id}, ${data?.status}.` }
}

export const resendVerb: Verb = (asked) => byHand(asked, resend, 'It is sent again.')
export const markSentVerb: Verb = (asked) => byHand(asked, markSent, 'It counts as sent.')

async function byHand({ config, args }: Asked, act: typeof resend, done: string) {
  const id = Number(args[0])
  if (!Number.isSafeInteger(id)) throw new Error('A message has a number; "messages" lists them.')
  const result = await beside(config, (db) => act(db, id, doer()))
  if ('refused' in result) throw new Error(result.refused)
  return { data: { id: String(id) }, text: done }
}

function messageLine(m: ShownMessage): string {
  const arrow = m.direction === 'inbound' ? '→' : '←'
  const error = m.error ? `  ${m.error.message}` : ''
  return `${m.id.padStart(6)}  ${m.createdAt}  ${m.customer} ${arrow} ${m.number}  ${m.status}${error}`
}

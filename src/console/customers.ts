import { z } from 'zod'
import type { Ctx } from '../flows/context.ts'
import type { Eraser } from '../flows/erase-customer.ts'
import { exportCustomer } from '../flows/export-customer.ts'
import { canReplyTo } from '../rules/phone.ts'
import { addressOf } from './answers.ts'
import { type Reply, type Route, route } from './route.ts'
import { TIME } from './shapes.ts'

export interface CustomerParts extends Pick<Ctx, 'mediaLink'> {
  eraser: Eraser
}

const ROWS = z.array(z.looseObject({}))
const HELD = z
  .object({
    phone: z.string(),
    exportedAt: TIME,
    contacts: ROWS,
    threads: ROWS,
    conversations: ROWS,
    messages: ROWS.describe('With their attempts, and a link to each file that works for a week.'),
    optOuts: ROWS.describe('In force or over.'),
    surveys: ROWS,
    automaticTexts: ROWS.describe('When the bridge said something by itself, or decided not to.'),
    notes: ROWS.describe('Which notes in the conversations are the bridge’s own.'),
    audit: ROWS.describe('Who changed something about the customer.'),
    received: ROWS.describe('What Twilio and Intercom told, word for word.'),
    jobs: ROWS.describe('What was made of it, or is still to be done.'),
  })
  .meta({ id: 'Customer' })
const ERASED = z
  .object({
    erased: z
      .record(z.string(), z.int())
      .describe('How much of what is gone; "canceled": texts that will not be sent; "optOutsKept": under a pseudonym.'),
    pending: z.int().describe('What is under way, and goes by itself as soon as its outcome is known.'),
  })
  .meta({ id: 'Erased' })

/** What is held about one number: shown, and erased. Both leave an entry in the audit. */
export const CUSTOMER_ROUTES: Route[] = [
  route({
    method: 'get',
    path: '/customers/:phone/export',
    name: 'exportCustomer',
    summary: 'Everything that is held about one number.',
    status: 200,
    answer: HELD,
    refusals: ['not_found', 'invalid_number'],
    async handle(o, { params, by }) {
      const address = addressOf(o.config, params.phone) ?? ''
      const held = await exportCustomer(o, address, by)
      return held ? { body: held } : nothingHeld(address)
    },
  }),
  route({
    method: 'delete',
    path: '/customers/:phone',
    name: 'eraseCustomer',
    summary: 'Erases everything that is held about one number; on request the texts are redacted at Twilio as well.',
    query: z.object({
      twilio: z.enum(['true', 'false']).optional().describe('Default: retention.redactAtTwilio of the behaviour file.'),
    }),
    status: 200,
    answer: ERASED,
    refusals: ['not_found', 'invalid_number'],
    async handle(o, { params, query: { twilio }, by }) {
      const address = addressOf(o.config, params.phone) ?? ''
      const atTwilio = twilio === undefined ? o.config.behaviour.retention.redactAtTwilio : twilio === 'true'
      const erased = await o.eraser.erase(address, { atTwilio, by })
      return erased ? { body: erased } : nothingHeld(address)
    },
  }),
]

/** A sender that is a name may be held all the same; what is held under no spelling was perhaps no number at all. */
function nothingHeld(address: string): Reply {
  if (!canReplyTo(address)) return { refused: 'invalid_number' }
  return { refused: 'not_found', message: 'Nothing is held about this number.' }
}

import { z } from 'zod'
import { stopTexts, strikeOptOut } from '../flows/consent.ts'
import { canReplyTo } from '../rules/phone.ts'
import { listOptOuts, optOutBetween, optOutById } from '../store/opt-outs.ts'
import { addressOf, PAGE_BY_PHONE, rowOf } from './answers.ts'
import { type Route, route } from './route.ts'
import { list, TIME } from './shapes.ts'

const OPT_OUT = z
  .object({
    id: z.string(),
    phone: z.string(),
    from: z.string().nullable().describe('One of our numbers; null: all of them.'),
    source: z.string(),
    reason: z.string(),
    createdAt: TIME,
  })
  .meta({ id: 'OptOut' })

/** The register of those who want no texts. */
export const OPT_OUT_ROUTES: Route[] = [
  route({
    method: 'get',
    path: '/opt-outs',
    name: 'listOptOuts',
    summary: 'Who wants no texts.',
    query: z.object(PAGE_BY_PHONE),
    status: 200,
    answer: list(OPT_OUT),
    async handle(o, { query }) {
      return { body: await listOptOuts(o.db, { ...query, phone: addressOf(o.config, query.phone) }) }
    },
  }),
  route({
    method: 'post',
    path: '/opt-outs',
    name: 'addOptOut',
    summary: 'From now on nothing is texted to a customer. Repeating it changes nothing.',
    body: z.strictObject({
      phone: z.string().min(1).max(100),
      from: z.string().min(1).max(100).optional().describe('One of our numbers; default: all of them.'),
      reason: z.string().max(500).default(''),
    }),
    status: 201,
    answer: OPT_OUT,
    refusals: ['invalid_number'],
    async handle(o, { body, by }) {
      const customer = addressOf(o.config, body.phone)
      if (!canReplyTo(customer)) return { refused: 'invalid_number' }
      const number = addressOf(o.config, body.from) ?? ''
      const entry = await o.db.transaction().execute(async (tx) => {
        await stopTexts(o, tx, { customer, number }, { source: 'api', reason: body.reason, actor: by.actor })
        return optOutBetween(tx, customer, number)
      })
      o.wake()
      return { body: entry ?? undefined }
    },
  }),
  route({
    method: 'delete',
    path: '/opt-outs/:id',
    name: 'endOptOut',
    summary: 'The customer may be texted again. Twilio keeps its own list: whoever texted STOP has to text START.',
    status: 204,
    refusals: ['not_found'],
    async handle(o, { params, by }) {
      const struck = await o.db.transaction().execute(async (tx) => {
        const entry = await optOutById(tx, rowOf(params.id))
        return entry !== null && strikeOptOut(o, tx, entry, { source: 'api', actor: by.actor })
      })
      if (!struck) return { refused: 'not_found', message: 'There is no opt-out in force with this id.' }
      o.wake()
      return { body: undefined }
    },
  }),
]

import { z } from 'zod'
import { listThreads, showThread } from '../store/read-threads.ts'
import { addressOf, PAGE_BY_PHONE, rowOf } from './answers.ts'
import { found, type Route, route } from './route.ts'
import { list, TIME } from './shapes.ts'

const SHOWN = {
  id: z.string(),
  customer: z.string(),
  number: z.string().describe('The number of ours that replies leave from.'),
  conversationId: z.string().nullable(),
  contactId: z.string().nullable(),
  createdAt: TIME,
  updatedAt: TIME,
}
/** As far as Twilio has told. */
const COST = {
  segments: z.int(),
  price: z.string().nullable().describe('Negative for what Twilio took; null while nothing is known.'),
  priceUnit: z.string().nullable(),
}
const THREAD = z.object(SHOWN).meta({ id: 'Thread' })
const WITH_COST = z
  .object({ ...SHOWN, ...COST, conversations: z.array(z.object({ id: z.string(), ...COST })) })
  .meta({ id: 'ThreadWithCost' })

/** Who is in which conversation. */
export const THREAD_ROUTES: Route[] = [
  route({
    method: 'get',
    path: '/threads',
    name: 'listThreads',
    summary: 'Customers and our numbers, with the conversations they are in now.',
    query: z.object(PAGE_BY_PHONE),
    status: 200,
    answer: list(THREAD),
    async handle(o, { query }) {
      return { body: await listThreads(o.db, { ...query, phone: addressOf(o.config, query.phone) }) }
    },
  }),
  route({
    method: 'get',
    path: '/threads/:id',
    name: 'getThread',
    summary: 'A thread with what it has cost, in all and in each of its conversations.',
    status: 200,
    answer: WITH_COST,
    refusals: ['not_found'],
    handle: async (o, { params }) => found(await showThread(o.db, rowOf(params.id))),
  }),
]

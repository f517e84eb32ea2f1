import { z } from 'zod'
import { discardJob, JOB_CURSOR, listJobs, retryDead, retryJob } from '../queue/operate.ts'
import { cursor, PAGE } from './answers.ts'
import { type Route, route } from './route.ts'
import { list, TIME } from './shapes.ts'

const state = z.enum(['ready', 'running', 'dead'])
const JOB = z
  .object({
    id: z.string().describe('"e12" for something to be done, "f12" for something to be decided.'),
    kind: z.string(),
    state,
    messageId: z.string().nullable(),
    attempts: z.int(),
    error: z.string().nullable(),
    createdAt: TIME,
  })
  .meta({ id: 'Job' })

/** What a person decides about a dead job. */
function onDead(verb: string, name: string, summary: string, act: typeof retryJob): Route {
  return route({
    method: 'post',
    path: `/jobs/:id/${verb}`,
    name,
    summary,
    status: 200,
    answer: z.object({ id: z.string() }),
    refusals: ['not_found'],
    async handle(o, { params: { id = '' }, by }) {
      if (!(await act(o.db, id, by))) return { refused: 'not_found', message: 'There is no dead job with this id.' }
      o.wake()
      return { body: { id } }
    },
  })
}

/** What is to be done, and what the bridge has given up on. */
export const JOB_ROUTES: Route[] = [
  route({
    method: 'get',
    path: '/jobs',
    name: 'listJobs',
    summary: 'What the bridge has given up on, or has yet to do.',
    query: z.object({ ...PAGE, cursor: cursor(JOB_CURSOR), state: state.default('dead') }),
    status: 200,
    answer: list(JOB),
    handle: async (o, { query }) => ({ body: await listJobs(o.db, query) }),
  }),
  route({
    method: 'post',
    path: '/jobs/retry-dead',
    name: 'retryDeadJobs',
    summary: 'Tries everything dead once more, the oldest first.',
    status: 200,
    answer: z.object({ retried: z.int() }),
    async handle(o, { by }) {
      const retried = await retryDead(o.db, by)
      o.wake()
      return { body: { retried } }
    },
  }),
  onDead('retry', 'retryJob', 'Tries a dead job once more.', retryJob),
  onDead('discard', 'discardJob', 'Lays a dead job to rest.', discardJob),
]

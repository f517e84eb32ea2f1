import { z } from 'zod'
import type { Report } from '../doctor/standing.ts'
import { type Route, route } from './route.ts'
import { TIME } from './shapes.ts'

const CHECK = z
  .object({
    name: z.string().describe('As "twilio.credentials", or "webhook +12025550199".'),
    status: z.enum(['ok', 'warn', 'fail']),
    message: z.string(),
    fix: z.string().nullable().describe('What to do.'),
  })
  .meta({ id: 'Check' })
const HEALTH = z.object({
  ok: z.boolean().nullable().describe('Nothing fails; null before the first look.'),
  checkedAt: TIME.nullable(),
  checks: z.array(CHECK),
})

/** How the bridge stands, by the checks that it makes every hour. */
export const HEALTH_ROUTES: Route[] = [
  route({
    method: 'get',
    path: '/health',
    name: 'getHealth',
    summary: 'What the hourly checks saw last.',
    status: 200,
    answer: HEALTH,
    handle: async ({ standing }) => ({ body: answerOf(standing.last()) }),
  }),
  route({
    method: 'post',
    path: '/health',
    name: 'checkHealth',
    summary: 'Makes the checks now.',
    status: 200,
    answer: HEALTH,
    handle: async ({ standing }) => ({ body: answerOf(await standing.look()) }),
  }),
]

/** Before the first look nothing is known to be wrong, and nothing to be right. */
function answerOf(report: Report | null): object {
  if (report === null) return { ok: null, checkedAt: null, checks: [] }
  return { ...report, checkedAt: new Date(report.checkedAt).toISOString() }
}

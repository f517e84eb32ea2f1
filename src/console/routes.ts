import { z } from 'zod'
import { AUDIT_ROUTES } from './audit.ts'
import { CUSTOMER_ROUTES } from './customers.ts'
import { HEALTH_ROUTES } from './health.ts'
import { JOB_ROUTES } from './jobs.ts'
import { MESSAGE_ROUTES } from './messages.ts'
import { openApi } from './openapi.ts'
import { OPT_OUT_ROUTES } from './opt-outs.ts'
import { RECONCILE_ROUTES } from './reconcile.ts'
import { type Route, route } from './route.ts'
import { STATS_ROUTES } from './stats.ts'
import { THREAD_ROUTES } from './threads.ts'

const DESCRIPTION: Route = route({
  method: 'get',
  path: '/openapi.json',
  name: 'getDescription',
  summary: 'This description.',
  status: 200,
  answer: z.looseObject({ openapi: z.string() }),
  handle: async () => ({ body: openApi(ROUTES) }),
})

/** Every route of the operator API: what is here is served, and described, and nothing else is. */
export const ROUTES: Route[] = [
  ...MESSAGE_ROUTES,
  ...THREAD_ROUTES,
  ...JOB_ROUTES,
  ...OPT_OUT_ROUTES,
  ...CUSTOMER_ROUTES,
  ...STATS_ROUTES,
  ...AUDIT_ROUTES,
  ...RECONCILE_ROUTES,
  ...HEALTH_ROUTES,
  DESCRIPTION,
]

import { z } from 'zod'
import { listAudit } from '../store/audit.ts'
import { addressOf, PAGE_BY_PHONE } from './answers.ts'
import { type Route, route } from './route.ts'
import { list, TIME } from './shapes.ts'

const ENTRY = z
  .object({
    id: z.string(),
    at: TIME,
    actor: z.string().describe('"api", "console", "cli", "bridge", or "agent" and the id of a teammate in Intercom.'),
    action: z.string().describe('As "opt_out.added".'),
    target: z.string().nullable().describe('As "message 12" or "job e7".'),
    phone: z.string().nullable().describe('The customer it was about.'),
    details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  })
  .meta({ id: 'AuditEntry' })

/** Who changed what, when. */
export const AUDIT_ROUTES: Route[] = [
  route({
    method: 'get',
    path: '/audit',
    name: 'listAudit',
    summary: 'Who changed what, and when.',
    query: z.object(PAGE_BY_PHONE),
    status: 200,
    answer: list(ENTRY),
    async handle(o, { query }) {
      return { body: await listAudit(o.db, { ...query, phone: addressOf(o.config, query.phone) }) }
    },
  }),
]

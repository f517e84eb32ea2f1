import { type Request, type Response, Router } from 'express'
import { z } from 'zod'
import { markSent, resend } from '../flows/settle-by-hand.ts'
import { discardJob, type Job, listJobs, retryDead, retryJob } from '../queue/operate.ts'
import { normalizeAddress } from '../rules/phone.ts'
import type { Db } from '../store/database.ts'
import { listMessages, showMessage } from '../store/read-messages.ts'

export interface ApiParts {
  db: Db
  now: () => number
  defaultCountry: string
  /** There may be new work. */
  wake: () => void
  /** Looks for missed messages; `since` in Unix ms. */
  reconcile: (since?: number) => Promise<object>
}

const page = { cursor: z.string().optional(), limit: z.coerce.number().int().min(1).max(200).default(50) }
const MESSAGES = z.object({
  ...page,
  phone: z.string().optional(),
  direction: z.enum(['inbound', 'outbound']).optional(),
  status: z.string().optional(),
  conversation: z.string().optional(),
})
const JOBS = z.object({ ...page, state: z.enum(['ready', 'running', 'dead']).default('dead') })
const SINCE = z.object({ since: z.iso.datetime({ offset: true }).optional() }).default({})

/** The operator API under /api/v1: JSON in, JSON out. */
export function apiRoutes(o: ApiParts): Router {
  const api = Router()
  api.get('/messages', async (req, res) => {
    const query = parse(MESSAGES, req.query, res)
    if (!query) return
    const phone = query.phone ? normalizeAddress(query.phone, o.defaultCountry) : undefined
    res.json(await listMessages(o.db, { ...query, phone, cursor: numeric(query.cursor) }))
  })
  api.get('/messages/:id', async (req, res) => found(res, await showMessage(o.db, idOf(req))))
  api.post('/messages/:id/resend', (req, res) => byHand(o, req, res, resend))
  api.post('/messages/:id/mark-sent', (req, res) => byHand(o, req, res, markSent))
  api.get('/jobs', async (req, res) => {
    const query = parse(JOBS, req.query, res)
    if (query) res.json(await listJobs(o.db, { ...query, state: query.state satisfies Job['state'] }))
  })
  api.post('/jobs/retry-dead', async (_req, res) => {
    const retried = await retryDead(o.db, o.now())
    o.wake()
    res.json({ retried })
  })
  api.post('/jobs/:id/retry', (req, res) => onJob(o, req, res, retryJob))
  api.post('/jobs/:id/discard', (req, res) => onJob(o, req, res, discardJob))
  api.post('/reconcile', async (req, res) => {
    const body = parse(SINCE, req.body ?? {}, res)
    if (body) res.json(await o.reconcile(body.since ? Date.parse(body.since) : undefined))
  })
  return api
}

async function byHand(o: ApiParts, req: Request, res: Response, act: typeof resend): Promise<void> {
  const id = idOf(req)
  const message = await showMessage(o.db, id)
  if (!message) return found(res, null)
  const result = await act(o.db, id, o.now())
  if ('refused' in result) return refuse(res, 409, 'wrong_status', result.refused)
  o.wake()
  res.status(202).json(await showMessage(o.db, id))
}

async function onJob(o: ApiParts, req: Request, res: Response, act: typeof retryJob): Promise<void> {
  const id = String(req.params.id)
  if (!/^[ef]\d{1,15}$/.test(id) || !(await act(o.db, id, o.now()))) {
    return refuse(res, 404, 'not_found', 'There is no dead job with this id.')
  }
  o.wake()
  res.json({ id })
}

function parse<T>(schema: z.ZodType<T>, input: unknown, res: Response): T | null {
  const read = schema.safeParse(input)
  if (read.success) return read.data
  const [issue] = read.error.issues
  refuse(res, 400, 'bad_request', `${issue?.path.join('.') || 'The request'}: ${issue?.message ?? 'is not understood'}`)
  return null
}

function found(res: Response, thing: object | null): void {
  if (thing) res.json(thing)
  else refuse(res, 404, 'not_found', 'There is no such message.')
}

function refuse(res: Response, status: number, code: string, message: string): void {
  res.status(status).json({ error: { code, message } })
}

function idOf(req: Request): number {
  return numeric(String(req.params.id)) ?? 0
}

function numeric(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}

import { type Request, type Response, Router } from 'express'
import { z } from 'zod'
import type { Config } from '../config/types.ts'
import { VendorError } from '../errors.ts'
import { requestMessage } from '../flows/request-message.ts'
import { cancel, markSent, resend } from '../flows/settle-by-hand.ts'
import type { Log } from '../log.ts'
import { discardJob, JOB_CURSOR, type Job, listJobs, retryDead, retryJob } from '../queue/operate.ts'
import type { Db } from '../store/database.ts'
import { listMessages, showMessage } from '../store/read-messages.ts'
import { cursor, found, idOf, PAGE, pageByPhone, parse, refuse, refuseRequest } from './answers.ts'
import { optOutRoutes } from './opt-outs.ts'
import { threadRoutes } from './threads.ts'

export interface ApiParts {
  db: Db
  now: () => number
  log: Log
  config: Config
  /** There may be new work. */
  wake: () => void
  /** Looks for missed messages; `since` in Unix ms. */
  reconcile: (since?: number) => Promise<object>
}

const MESSAGES = {
  direction: z.enum(['inbound', 'outbound']).optional(),
  status: z.string().optional(),
  conversation: z.string().optional(),
}
const JOBS = z.object({
  ...PAGE,
  cursor: cursor(JOB_CURSOR),
  state: z.enum(['ready', 'running', 'dead']).default('dead'),
})
const SINCE = z.object({ since: z.iso.datetime({ offset: true }).optional() }).default({})

/** The operator API under /api/v1: JSON in, JSON out. */
export function apiRoutes(o: ApiParts): Router {
  const api = Router()
  const page = pageByPhone(o.config).extend(MESSAGES)
  api.get('/messages', async (req, res) => {
    const query = parse(page, req.query, res)
    if (query) res.json(await listMessages(o.db, query))
  })
  api.post('/messages', (req, res) => sendMessage(o, req, res))
  api.post('/messages/:id/cancel', (req, res) => byHand(o, req, res, cancel))
  api.get('/messages/:id', async (req, res) => found(res, await showMessage(o.db, idOf(req))))
  api.post('/messages/:id/resend', (req, res) => byHand(o, req, res, resend))
  api.post('/messages/:id/mark-sent', (req, res) => byHand(o, req, res, markSent))
  api.use('/opt-outs', optOutRoutes(o))
  api.use('/threads', threadRoutes(o))
  api.get('/jobs', async (req, res) => {
    const query = parse(JOBS, req.query, res)
    if (query) res.json(await listJobs(o.db, { ...query, state: query.state satisfies Job['state'] }))
  })
  api.post('/jobs/retry-dead', async (_req, res) => {
    const retried = await retryDead(o.db, { actor: 'api', at: o.now() })
    o.wake()
    res.json({ retried })
  })
  api.post('/jobs/:id/retry', (req, res) => onJob(o, req, res, retryJob))
  api.post('/jobs/:id/discard', (req, res) => onJob(o, req, res, discardJob))
  api.post('/reconcile', (req, res) => lookNow(o, req, res))
  return api
}

const MESSAGE = z.strictObject({
  to: z.string().min(1).max(100),
  body: z.string().max(10_000).default(''),
  from: z.string().min(1).max(100).optional(),
  mediaUrls: z
    .array(z.url({ protocol: /^https?$/ }))
    .max(10)
    .default([]),
  sendAt: z.iso.datetime({ offset: true }).optional(),
  cancelOnReply: z.boolean().optional(),
})

/** 202 with the message; the same Idempotency-Key again is the same message. */
async function sendMessage(o: ApiParts, req: Request, res: Response): Promise<void> {
  const body = parse(MESSAGE, req.body ?? {}, res)
  if (!body) return
  if (body.body.trim() === '' && body.mediaUrls.length === 0) {
    return refuse(res, 422, 'empty', 'A text needs words or a file.')
  }
  const given = req.get('idempotency-key')
  const { sendAt, ...rest } = body
  const request = {
    ...rest,
    origin: 'api' as const,
    ...(given ? { key: `api:${given.slice(0, 200)}` } : {}),
    ...(sendAt ? { sendAt: Date.parse(sendAt) } : {}),
  }
  const result = await o.db.transaction().execute((tx) => requestMessage(o, tx, request))
  if ('refused' in result) return refuseRequest(res, result)
  o.wake()
  res.status(202).json(await showMessage(o.db, result.messageId))
}

/** 503 when a service does not answer: the next look covers the same time again. */
async function lookNow(o: ApiParts, req: Request, res: Response): Promise<void> {
  const body = parse(SINCE, req.body ?? {}, res)
  if (!body) return
  try {
    res.json(await o.reconcile(body.since ? Date.parse(body.since) : undefined))
  } catch (error) {
    if (!(error instanceof VendorError)) throw error
    refuse(res, 503, 'unavailable', error.message)
  }
}

async function byHand(o: ApiParts, req: Request, res: Response, act: typeof resend): Promise<void> {
  const id = idOf(req)
  const message = await showMessage(o.db, id)
  if (!message) return found(res, null)
  const result = await act(o.db, id, { actor: 'api', at: o.now() })
  if ('refused' in result) return refuse(res, 409, 'wrong_status', result.refused)
  o.wake()
  res.status(202).json(await showMessage(o.db, id))
}

async function onJob(o: ApiParts, req: Request, res: Response, act: typeof retryJob): Promise<void> {
  const id = String(req.params.id)
  if (!(await act(o.db, id, { actor: 'api', at: o.now() }))) return refuse(res, 404, 'not_found', 'There is no dead job with this id.')
  o.wake()
  res.json({ id })
}

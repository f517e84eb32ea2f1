import { type Request, type Response, Router } from 'express'
import { z } from 'zod'
import type { Intercom } from '../flows/ports.ts'
import { requestMessage } from '../flows/request-message.ts'
import { parse, refuse, refuseRequest } from './answers.ts'
import type { ApiParts } from './api.ts'

const STEP = z
  .object({
    phone: z.string().min(1).max(100).optional(),
    contact_id: z.string().min(1).max(100).optional(),
    external_id: z.string().min(1).max(255).optional(),
    body: z.string().min(1).max(10_000),
    id: z.union([z.string().min(1).max(200), z.number()]).optional(),
  })
  .refine((step) => step.phone ?? step.contact_id ?? step.external_id, 'needs phone, contact_id or external_id')

/**
 * POST /webhooks/intercom/series: a webhook step of a Series, or a data connector of a workflow, texts its contact. Intercom
 * repeats a connector's request after a 401, so an `id` makes it safe to repeat.
 * https://www.intercom.com/help/en/articles/5222039-sending-webhooks-with-series
 */
export function seriesRoute(o: ApiParts & { intercom: Intercom }): Router {
  const route = Router()
  route.post('/', (req, res) => text(o, req, res))
  return route
}

async function text(o: ApiParts & { intercom: Intercom }, req: Request, res: Response): Promise<void> {
  const step = parse(STEP, req.body ?? {}, res)
  if (!step) return
  const to = step.phone ?? (await phoneOf(o.intercom, step))
  if (!to) return refuse(res, 'no_phone')
  const key = step.id === undefined ? {} : { key: `series:${step.id}` }
  const request = { to, body: step.body, mediaUrls: [], origin: 'series' as const, ...key }
  const result = await o.db.transaction().execute((tx) => requestMessage(o, tx, request))
  if ('refused' in result) return refuseRequest(res, result)
  o.wake()
  res.status(202).json({ id: String(result.messageId) })
}

async function phoneOf(
  intercom: Intercom,
  step: { contact_id?: string | undefined; external_id?: string | undefined },
): Promise<string | null> {
  const contact = step.contact_id
    ? await intercom.getContact(step.contact_id)
    : await intercom.findContactByExternalId(step.external_id ?? '')
  return contact?.phone ?? null
}

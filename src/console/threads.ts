import { Router } from 'express'
import { z } from 'zod'
import { normalizeAddress } from '../rules/phone.ts'
import { listThreads, showThread } from '../store/read-threads.ts'
import { found, idOf, numeric, PAGE, parse } from './answers.ts'
import type { ApiParts } from './api.ts'

const LIST = z.object({ ...PAGE, phone: z.string().optional() })

/** Who is in which conversation. */
export function threadRoutes(o: ApiParts): Router {
  const routes = Router()
  routes.get('/', async (req, res) => {
    const query = parse(LIST, req.query, res)
    if (!query) return
    const phone = query.phone ? normalizeAddress(query.phone, o.config.defaultCountry) : undefined
    res.json(await listThreads(o.db, { phone, cursor: numeric(query.cursor), limit: query.limit }))
  })
  routes.get('/:id', async (req, res) => found(res, await showThread(o.db, idOf(req))))
  return routes
}

import { Router } from 'express'
import { listThreads, showThread } from '../store/read-threads.ts'
import { found, idOf, pageByPhone, parse } from './answers.ts'
import type { ApiParts } from './api.ts'

/** Who is in which conversation. */
export function threadRoutes(o: ApiParts): Router {
  const routes = Router()
  const page = pageByPhone(o.config)
  routes.get('/', async (req, res) => {
    const query = parse(page, req.query, res)
    if (query) res.json(await listThreads(o.db, query))
  })
  routes.get('/:id', async (req, res) => found(res, await showThread(o.db, idOf(req))))
  return routes
}

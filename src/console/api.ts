import { Router } from 'express'
import type { Config } from '../config/types.ts'
import type { Standing } from '../doctor/standing.ts'
import type { Log } from '../log.ts'
import type { Db } from '../store/database.ts'
import type { CustomerParts } from './customers.ts'
import { limitRate } from './rate-limit.ts'
import { mount } from './route.ts'
import { ROUTES } from './routes.ts'

export interface ApiParts extends CustomerParts {
  db: Db
  now: () => number
  log: Log
  config: Config
  /** There may be new work. */
  wake: () => void
  /** Looks for missed messages; `since` in Unix ms. */
  reconcile: (since?: number) => Promise<object>
  standing: Standing
}

/** The operator API under /api/v1: JSON in, JSON out. */
export function apiRoutes(o: ApiParts): Router {
  const api = Router()
  api.use(limitRate(o))
  mount(api, o, ROUTES)
  return api
}

import { Router } from 'express'
import { z } from 'zod'
import { stopTexts, strikeOptOut } from '../flows/consent.ts'
import { normalizeAddress } from '../rules/phone.ts'
import { listOptOuts, optOutBetween, optOutById } from '../store/opt-outs.ts'
import { idOf, pageByPhone, parse, refuse } from './answers.ts'
import type { ApiParts } from './api.ts'

const OPT_OUT = z.strictObject({
  phone: z.string().min(1).max(100),
  from: z.string().min(1).max(100).optional(),
  reason: z.string().max(500).default(''),
})

/** The register of those who want no texts. */
export function optOutRoutes(o: ApiParts): Router {
  const routes = Router()
  const page = pageByPhone(o.config)
  const address = (raw: string) => normalizeAddress(raw, o.config.defaultCountry)
  routes.get('/', async (req, res) => {
    const query = parse(page, req.query, res)
    if (query) res.json(await listOptOuts(o.db, query))
  })
  routes.post('/', async (req, res) => {
    const body = parse(OPT_OUT, req.body ?? {}, res)
    if (!body) return
    const customer = address(body.phone)
    const number = body.from ? address(body.from) : ''
    const entry = await o.db.transaction().execute(async (tx) => {
      await stopTexts(o, tx, { customer, number }, { source: 'api', actor: 'api', reason: body.reason })
      return optOutBetween(tx, customer, number)
    })
    o.wake()
    res.status(201).json(entry)
  })
  routes.delete('/:id', async (req, res) => {
    const struck = await o.db.transaction().execute(async (tx) => {
      const entry = await optOutById(tx, idOf(req))
      return entry !== null && strikeOptOut(o, tx, entry, { source: 'api', actor: 'api' })
    })
    if (!struck) return refuse(res, 404, 'not_found', 'There is no opt-out in force with this id.')
    o.wake()
    res.status(204).end()
  })
  return routes
}

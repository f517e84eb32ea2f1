import { z } from 'zod'
import { VendorError } from '../errors.ts'
import { audit } from '../store/audit.ts'
import { type Route, route } from './route.ts'

/** Looking for what was missed, without waiting for the next look. */
export const RECONCILE_ROUTES: Route[] = [
  route({
    method: 'post',
    path: '/reconcile',
    name: 'reconcile',
    summary: 'Looks for messages that were missed on either side, now.',
    body: z.strictObject({
      since: z.iso.datetime({ offset: true }).optional().describe('Default: where the look before ended.'),
    }),
    status: 200,
    answer: z.object({ texts: z.int(), statuses: z.int(), replies: z.int() }),
    refusals: ['unavailable'],
    async handle(o, { body: { since }, by }) {
      await audit(o.db, { ...by, action: 'reconcile.asked', details: since ? { since } : {} })
      try {
        return { body: await o.reconcile(since ? Date.parse(since) : undefined) }
      } catch (error) {
        if (!(error instanceof VendorError)) throw error
        // The next look covers the same time again.
        return { refused: 'unavailable', message: error.message }
      }
    },
  }),
]

import { z } from 'zod'
import type { Description } from './route.ts'

/** Routes that are promised and served by a room of their own. */
export const RESERVED: Description[] = [
  {
    method: 'get',
    path: '/customers/:phone/export',
    name: 'exportCustomer',
    summary: 'Everything that is held about one number.',
    status: 200,
    answer: z.looseObject({}),
    refusals: ['not_found'],
  },
  {
    method: 'delete',
    path: '/customers/:phone',
    name: 'eraseCustomer',
    summary: 'Erases everything that is held about one number; on request it is redacted at Twilio as well.',
    query: z.object({ twilio: z.enum(['true', 'false']).optional() }),
    status: 200,
    answer: z.looseObject({}),
    refusals: ['not_found'],
  },
]

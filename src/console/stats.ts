import { setImmediate as nextTurn } from 'node:timers/promises'
import { z } from 'zod'
import { bucketsOf, errorsOf, quantilesOf, totalsOf } from '../rules/statistics.ts'
import type { Db } from '../store/database.ts'
import { durationsOf } from '../store/durations.ts'
import { countHours, countsBetween } from '../store/hourly.ts'
import { answersBetween } from '../store/surveys.ts'
import type { ApiParts } from './api.ts'
import { type Route, route } from './route.ts'
import { TIME } from './shapes.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Width of a bucket, and what is shown of the past where nothing is said. */
const BUCKETS = { hour: { width: HOUR_MS, shown: DAY_MS }, day: { width: DAY_MS, shown: 30 * DAY_MS } }
const MOST_BUCKETS = 2000

const count = z.int().min(0)
const VOLUMES = {
  inbound: count,
  outbound: count.describe('Without texts that are blocked, canceled, or wait for their time.'),
  delivered: count,
  failed: count.describe('"failed" and "undelivered".'),
  segments: count,
  cost: z.record(z.string(), z.string()).describe('By currency (ISO 4217): what Twilio took, as far as it has told.'),
}
const QUANTILES = z.object({ median: z.number(), p90: z.number() }).nullable()
const bucket = z.enum(['hour', 'day'])

const STATS = z
  .object({
    from: TIME,
    to: TIME,
    bucket,
    buckets: z.array(z.object({ at: TIME, ...VOLUMES })),
    totals: z.object({
      ...VOLUMES,
      blocked: count,
      unknown: count,
      deliveryRate: z.number().min(0).max(1).nullable().describe('Of the texts whose end is known; null: of none.'),
      firstReplySeconds: QUANTILES.describe('How long customers waited for a teammate’s first answer.'),
      closed: count.describe('Conversations closed.'),
      closeSeconds: QUANTILES.describe('How long they had been open.'),
    }),
    errors: z.array(z.object({ code: z.union([z.int(), z.string()]), message: z.string(), count })),
    survey: z.array(z.object({ answer: z.string(), count })),
  })
  .meta({ id: 'Stats' })

const time = z.union([z.iso.date(), z.iso.datetime({ offset: true })])

export interface Period {
  /** Unix ms. */
  from: number
  /** Unix ms; not included. */
  to: number
  bucket: keyof typeof BUCKETS
}

/** What went through the bridge in this time, as far as it is counted (`countHours`); days are those of UTC. */
export async function readStats(db: Db, period: Period): Promise<z.output<typeof STATS>> {
  const { from, to, bucket } = period
  const slots = { from, to, width: BUCKETS[bucket].width }
  const counts = await countsBetween(db, slots)
  // Of many conversations each of these takes long enough for a webhook to wait.
  await nextTurn()
  const replies = await durationsOf(db, 'first_reply', period)
  await nextTurn()
  const closings = await durationsOf(db, 'closed', period)
  return {
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    bucket,
    buckets: bucketsOf(counts, slots),
    totals: {
      ...totalsOf(counts),
      firstReplySeconds: quantilesOf(replies.seconds),
      closed: closings.count,
      closeSeconds: quantilesOf(closings.seconds),
    },
    errors: errorsOf(counts),
    survey: await answersBetween(db, period),
  }
}

/** While nothing can be written, what was counted before is shown: whoever looks for trouble looks here as well. */
async function bringUpToDate({ db, log }: ApiParts): Promise<void> {
  try {
    await countHours(db)
  } catch (err) {
    log.warn({ err }, 'The statistics could not be brought up to date')
  }
}

/** How much, how well and how fast. */
export const STATS_ROUTES: Route[] = [
  route({
    method: 'get',
    path: '/stats',
    name: 'getStats',
    summary: 'Volumes, delivery, errors, time to first reply and cost, by hours or days of UTC.',
    query: z.object({
      from: time.optional().describe('Default: 30 days before "to", or one day where the buckets are hours.'),
      to: time.optional().describe('Default: now.'),
      bucket: bucket.default('day'),
    }),
    status: 200,
    answer: STATS,
    async handle(o, { query, by }) {
      const { width, shown } = BUCKETS[query.bucket]
      const to = query.to === undefined ? by.at : Date.parse(query.to)
      const from = query.from === undefined ? to - shown : Date.parse(query.from)
      if (from >= to) return { refused: 'bad_request', message: 'from: has to be before "to"' }
      if ((to - from) / width > MOST_BUCKETS) {
        return { refused: 'bad_request', message: `bucket: at most ${MOST_BUCKETS} fit between "from" and "to"` }
      }
      await bringUpToDate(o)
      return { body: await readStats(o.db, { from, to, bucket: query.bucket }) }
    },
  }),
]

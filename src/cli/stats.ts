import { wallClock } from '../clock.ts'
import { readStats } from '../console/stats.ts'
import { countHours } from '../store/hourly.ts'
import { beside, type Verb } from './verb.ts'

const DAY_MS = 86_400_000
/** What is shown of the past where nothing is said. */
const SHOWN_MS = { hour: DAY_MS, day: 30 * DAY_MS }

/** The same figures as those of the API. */
export const statsVerb: Verb = async ({ config, options }) => {
  const bucket = options.bucket === 'hour' ? 'hour' : 'day'
  const to = timeOf('--to', options.to) ?? wallClock()
  const from = timeOf('--from', options.from) ?? to - SHOWN_MS[bucket]
  if (from >= to) throw new Error('--from has to be before --to.')
  const data = await beside(config, async (db) => {
    await countHours(db)
    return readStats(db, { from, to, bucket })
  })
  return { data, text: [...data.buckets.filter(isBusy).map(bucketLine), '', ...totalLines(data)].join('\n').trim() }
}

function timeOf(option: string, given: string | undefined): number | null {
  const at = given === undefined ? null : Date.parse(given)
  if (Number.isNaN(at)) throw new Error(`${option} needs a time such as 2026-11-24T08:00:00Z.`)
  return at
}

type Stats = Awaited<ReturnType<typeof readStats>>
type Volumes = Omit<Stats['buckets'][number], 'at'>

const isBusy = ({ inbound, outbound }: Volumes) => inbound + outbound > 0

const bucketLine = ({ at, ...volumes }: Stats['buckets'][number]) => `${at}  ${volumesLine(volumes)}`

function volumesLine({ inbound, outbound, delivered, failed, segments, cost }: Volumes): string {
  const prices = Object.entries(cost).map(([unit, price]) => `  cost ${price} ${unit}`)
  return `in ${inbound}  out ${outbound}  delivered ${delivered}  failed ${failed}  segments ${segments}${prices.join('')}`
}

function totalLines({ totals, errors, survey }: Stats): string[] {
  const { firstReplySeconds: first, deliveryRate } = totals
  return [
    `In all: ${volumesLine(totals)}`,
    ...(deliveryRate === null
      ? []
      : [`Delivered: ${(deliveryRate * 100).toFixed(1)} % of the texts whose end is known`]),
    ...(first === null ? [] : [`First reply: half within ${first.median} s, nine in ten within ${first.p90} s`]),
    ...errors.map(({ code, message, count }) => `Error ${code}, ${count} times: ${message}`),
    ...survey.map(({ answer, count }) => `Answered ${answer}: ${count} times`),
  ]
}

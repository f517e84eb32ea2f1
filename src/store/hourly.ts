import { setImmediate as nextTurn } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Db, Tx } from './database.ts'
import { keepTime, readTime } from './settings.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

/** Up to when the changes of messages are in the hours (Unix ms). */
const COUNTED = 'stats.counted'
/** A change is seen when its transaction ends, which is later than the time it carries. */
const LATE_MS = 600_000
/** SQLite answers without letting go of the event loop: after so many hours webhooks get their turn. */
const HOURS_AT_ONCE = 4

/** Messages that have all of this in common. */
export interface Counts {
  /** When their hour or day began, Unix ms UTC. */
  bucket: number
  direction: 'inbound' | 'outbound'
  status: string
  /** Empty where there is none. */
  errorCode: string
  errorMessage: string | null
  /** ISO 4217; empty while no price is known. */
  priceUnit: string
  messages: number
  segments: number
  /** What Twilio took, in hundred-millionths of the unit. */
  cost: number
}

/**
 * Every hour in which a message has changed since the last time is counted anew. An hour is counted as a whole, so it does
 * not matter how often, nor whether the process dies in between; and whatever writes a message need not know of it.
 */
export async function countHours(db: Db): Promise<void> {
  const counted = await readTime(db, COUNTED)
  const last = await changeAt(db, 'desc')
  if (last === null || last === counted) return
  let from = (counted ?? (await changeAt(db, 'asc')) ?? last) - LATE_MS
  while (from <= last) {
    const to = Math.min(from + DAY_MS, last + 1)
    await countChanged(db, from, to)
    from = to
  }
}

async function changeAt(db: Db, order: 'asc' | 'desc'): Promise<number | null> {
  const row = await db
    .selectFrom('messages')
    .select('updated_at')
    .orderBy('updated_at', order)
    .limit(1)
    .executeTakeFirst()
  return row?.updated_at ?? null
}

async function countChanged(db: Db, from: number, to: number): Promise<void> {
  const changed = await db
    .selectFrom('messages')
    .select(bucketOf('created_at', HOUR_MS).as('hour'))
    .distinct()
    .where('updated_at', '>=', from)
    .where('updated_at', '<', to)
    .execute()
  const hours = changed.map(({ hour }) => Number(hour))
  for (let done = 0; done < hours.length; done += HOURS_AT_ONCE) {
    await db.transaction().execute(async (tx) => {
      // Written first: whoever counts at the same time waits here.
      await keepTime(tx, COUNTED, from)
      for (const hour of hours.slice(done, done + HOURS_AT_ONCE)) await countHour(tx, hour)
    })
    await nextTurn()
  }
  await keepTime(db, COUNTED, to - 1)
}

async function countHour(tx: Tx, hour: number): Promise<void> {
  await tx.deleteFrom('hourly').where('hour', '=', hour).execute()
  await tx
    .insertInto('hourly')
    .columns([
      ...(['direction', 'status', 'error_code', 'error_message', 'price_unit'] as const),
      ...(['messages', 'segments', 'cost', 'hour'] as const),
    ])
    .expression(alike(tx, hour, hour + HOUR_MS).select(sql.lit(hour).as('hour')))
    .execute()
}

/** What was between these times (Unix ms), by hours or days of UTC. */
export async function countsBetween(
  db: Db,
  { from, to, width }: { from: number; to: number; width: number },
): Promise<Counts[]> {
  const [first, end] = [Math.ceil(from / HOUR_MS) * HOUR_MS, Math.floor(to / HOUR_MS) * HOUR_MS]
  if (first > end) return countNow(db, from, to, width)
  return [
    ...(await countNow(db, from, first, width)),
    ...(await countsOfHours(db, first, end, width)),
    ...(await countNow(db, end, to, width)),
  ]
}

async function countsOfHours(db: Db, from: number, to: number, width: number): Promise<Counts[]> {
  const bucket = bucketOf('hour', width)
  const rows = await db
    .selectFrom('hourly')
    .select(['direction', 'status', 'error_code', 'price_unit', bucket.as('bucket')])
    .select((e) => [
      e.fn.max('error_message').as('error_message'),
      e.fn.sum<number>('messages').as('messages'),
      e.fn.sum<number>('segments').as('segments'),
      e.fn.sum<number>('cost').as('cost'),
    ])
    .where('hour', '>=', from)
    .where('hour', '<', to)
    .groupBy(['direction', 'status', 'error_code', 'price_unit', bucket])
    .execute()
  return rows.map((row) => show(row, Number(row.bucket)))
}

/** The part of an hour that these times leave. */
async function countNow(db: Db, from: number, to: number, width: number): Promise<Counts[]> {
  if (from === to) return []
  const rows = await alike(db, from, to).execute()
  return rows.map((row) => show(row, from - (from % width)))
}

/** Messages of this time, those alike counted together. */
function alike(db: Db | Tx, from: number, to: number) {
  const code = sql<string>`coalesce(error_code, '')`
  const unit = sql<string>`coalesce(price_unit, '')`
  // Whole numbers add up exactly; Twilio prices down to the hundred-thousandth.
  const cost = sql<number>`coalesce(sum(cast(round(cast(price as double precision) * -100000000) as bigint)), 0)`
  return db
    .selectFrom('messages')
    .select((e) => [
      'direction',
      'status',
      code.as('error_code'),
      e.fn.max('error_message').as('error_message'),
      unit.as('price_unit'),
      e.fn.countAll<number>().as('messages'),
      sql<number>`coalesce(sum(segments), 0)`.as('segments'),
      cost.as('cost'),
    ])
    .where('created_at', '>=', from)
    .where('created_at', '<', to)
    .groupBy(['direction', 'status', code, unit])
}

/** Written out instead of bound: a database that is told to group by it has to see that it is the same both times. */
function bucketOf(column: 'created_at' | 'hour', width: number) {
  return sql<number>`${sql.ref(column)} - ${sql.ref(column)} % ${sql.lit(width)}`
}

type Row = Awaited<ReturnType<ReturnType<typeof alike>['execute']>>[number]

function show(row: Row, bucket: number): Counts {
  return {
    bucket,
    direction: row.direction,
    status: row.status,
    errorCode: row.error_code,
    errorMessage: row.error_message,
    priceUnit: row.price_unit,
    messages: Number(row.messages),
    segments: Number(row.segments),
    cost: Number(row.cost),
  }
}

import { randomUUID } from 'node:crypto'
import { announce } from './flows/announce.ts'
import type { Ctx } from './flows/context.ts'
import type { Letter, Target } from './flows/ports.ts'
import { targetsOf } from './flows/targets.ts'
import { FILTERING_ALARM, filteringAlarm, NO_ALARM_SHARE } from './rules/filtering.ts'
import { type News, verdictOf } from './rules/team-events.ts'
import type { Db } from './store/database.ts'
import { lastHour } from './store/filtering.ts'
import { keepSetting, readSetting } from './store/settings.ts'

export interface HealthWatchOptions {
  ctx: Pick<Ctx, 'config' | 'now' | 'log' | 'notifier'>
  db: Db
  /** Why the bridge cannot work, in words; empty when it can. */
  troubles: () => Promise<string[]>
  /** Nothing can be written down: then the team is told without that. */
  canWrite: () => boolean
  /** There is news to be told. */
  wake: () => void
  /** How many troubles there are. */
  seen: (troubles: number) => void
}

const TOLD = 'unhealthy'

/**
 * Tells the team when the bridge needs help and when it is well again, once each, also across a restart.
 * @returns looks after it once; never rejects
 */
export function watchHealth(o: HealthWatchOptions): () => Promise<void> {
  /** What the team knows of; null until it is read from the rows. */
  let told: string[] | null = null
  /** Who could not be reached while nothing could be written down. */
  let owed: { target: Target; letter: Letter }[] = []

  async function look(): Promise<void> {
    const reasons = await o.troubles()
    if (o.canWrite()) {
      told ??= JSON.parse((await readSetting(o.db, TOLD)) ?? '[]') as string[]
      if (await isFiltered(o, told.includes(FILTERING_ALARM))) reasons.push(FILTERING_ALARM)
    }
    o.seen(reasons.length)
    const known = told ?? []
    const isNews = reasons.length === 0 ? known.length > 0 : reasons.some((reason) => !known.includes(reason))
    if (isNews) await tell({ type: 'bridge.unhealthy', data: { healthy: reasons.length === 0, reasons } })
    await payDebts()
  }

  async function tell(news: Extract<News, { type: 'bridge.unhealthy' }>): Promise<void> {
    const { reasons } = news.data
    o.ctx.log.warn({ reasons }, news.data.healthy ? 'the bridge is well again' : 'the bridge needs help')
    if (o.canWrite()) {
      await o.db.transaction().execute(async (tx) => {
        // Of several instances one is enough to tell it.
        if ((await readSetting(tx, TOLD)) === JSON.stringify(reasons)) return
        await keepSetting(tx, TOLD, JSON.stringify(reasons))
        await announce(o.ctx, tx, news.type, async () => news)
      })
      o.wake()
    } else owed = directly(news)
    told = reasons
  }

  function directly(news: News): typeof owed {
    const at = o.ctx.now()
    const event = { ...news, id: `evt_${randomUUID()}`, at, url: null }
    return targetsOf(o.ctx.config.behaviour)
      .filter(({ entries }) => verdictOf(entries, news) === 'at once')
      .map((target) => ({ target, letter: { id: event.id, at, events: [event] } }))
  }

  async function payDebts(): Promise<void> {
    const answers = await Promise.allSettled(owed.map(({ target, letter }) => o.ctx.notifier.post(target, letter)))
    owed = owed.filter((_, index) => answers[index]?.status === 'rejected')
  }

  return async () => {
    try {
      await look()
    } catch (err) {
      o.ctx.log.error({ err }, 'The health of the bridge could not be looked at; it is tried again in seconds')
    }
  }
}

async function isFiltered({ ctx, db }: HealthWatchOptions, raised: boolean): Promise<boolean> {
  const share = await lastHour(db, ctx.now(), NO_ALARM_SHARE)
  const alarm = filteringAlarm({ ...share, raised })
  if (alarm !== raised) ctx.log.warn(share, alarm ? 'carriers filter many texts' : 'carriers filter few texts again')
  return alarm
}

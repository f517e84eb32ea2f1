import type { Ctx } from './flows/context.ts'
import type { Eraser } from './flows/erase-customer.ts'
import { forgetOld } from './flows/forget-old.ts'
import { every } from './queue/schedule.ts'
import { countHours } from './store/hourly.ts'
import { dropExpiredFiles } from './store/media.ts'
import { scrub } from './store/scrub.ts'
import type { Storage } from './store/storage.ts'

interface House {
  ctx: Ctx
  storage: Storage
  eraser: Eraser
}

const HOUSEKEEPING_MINUTES = 60
const HOUSEKEEPING_AFTER_MS = 3000
const ERASURES_MINUTES = 1 / 12
const DAY_MS = 86_400_000

/**
 * What nobody waits for: old files go every hour; once a day what is older than `retention.days`, and the database is read
 * for damage; erasures that had to wait are finished.
 * @returns stops it, when what is under way has come to a place where it can be gone on with
 */
export function keepHouse(house: House): () => Promise<void> {
  const { ctx, storage, eraser } = house
  let tidiedAt = 0
  let stopped = false
  let busy: Promise<void> = Promise.resolve()
  /** One after the other; those that write are waited for when it stops. */
  const alone = (work: () => Promise<void>) => {
    const done = busy.then(work)
    busy = done.catch(() => {})
    return done
  }
  const logged = (what: string, work: () => Promise<void>) => async () => {
    try {
      await work()
    } catch (err) {
      ctx.log.error({ err }, `${what} failed; it is tried again`)
    }
  }
  const tidy = logged('Housekeeping', async () => {
    await dropExpiredFiles(storage.db, ctx.now())
    await countHours(storage.db)
    if (ctx.now() - tidiedAt < DAY_MS) return
    tidiedAt = ctx.now()
    await alone(() => forget(house, () => stopped))
    await storage.check()
  })
  // Whoever restarts the bridge waits for texts to flow, not for this.
  const first = setTimeout(tidy, HOUSEKEEPING_AFTER_MS)
  const erasing = logged('An erasure', () => alone(eraser.goOn))
  const stops = [every(HOUSEKEEPING_MINUTES, tidy), every(ERASURES_MINUTES, erasing)]
  return () => {
    stopped = true
    clearTimeout(first)
    for (const stop of stops) stop()
    return busy
  }
}

async function forget({ ctx, storage }: House, stopped: () => boolean): Promise<void> {
  const gone = await forgetOld({ ctx, db: storage.db, stopped })
  if (gone === null) return
  await scrub(ctx.config.databaseUrl)
  ctx.log.info(gone, 'what is older than retention.days is gone')
}

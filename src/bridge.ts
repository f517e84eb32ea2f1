import { randomUUID } from 'node:crypto'
import type { Server } from 'node:http'
import type { Config } from './config/types.ts'
import { apiRoutes } from './console/api.ts'
import { openConsole } from './console/open-console.ts'
import { seriesRoute } from './console/series.ts'
import type { Standing } from './doctor/standing.ts'
import { checkAssignees } from './flows/check-assignees.ts'
import type { Ctx } from './flows/context.ts'
import { createEraser } from './flows/erase-customer.ts'
import { createFlows } from './flows/flows.ts'
import { createSidebar } from './flows/sidebar.ts'
import { canvasRoutes } from './intercom/canvas.ts'
import { createIntercom, type IntercomClient } from './intercom/client.ts'
import { intercomWebhook } from './intercom/webhook.ts'
import { keepHouse } from './keep-house.ts'
import type { Log } from './log.ts'
import { createMediaLinks, linksUnder } from './media-links.ts'
import { mediaRoute } from './media-route.ts'
import { createNotifier } from './notify/notifier.ts'
import { observe } from './observe.ts'
import { createInbox } from './queue/inbox.ts'
import { endAllLeases } from './queue/lanes.ts'
import { doorTroubles, shutDoor } from './queue/pace.ts'
import { every, everyAmongAll } from './queue/schedule.ts'
import { startWorker, type Worker, type WorkerOptions } from './queue/worker.ts'
import { createReconciler, type Reconciler } from './reconcile/reconcile.ts'
import { recorder } from './record.ts'
import { createResponder } from './responder.ts'
import { createApp, listen } from './server.ts'
import { keepStanding, standingOf } from './standing.ts'
import { mediaKey } from './store/media.ts'
import { scrub } from './store/scrub.ts'
import { keepTime, settingOr } from './store/settings.ts'
import { openStorage, type Storage } from './store/storage.ts'
import { createTwilio } from './twilio/client.ts'
import { twilioWebhooks } from './twilio/webhook.ts'
import { type HealthWatchOptions, watchHealth } from './watch-health.ts'

export interface Bridge {
  port: number
  /** Stops accepting, finishes what is in flight (at most ten seconds), closes the database. */
  stop(): Promise<void>
}

export interface BridgeOptions {
  log: Log
  /** Unix milliseconds. */
  now: () => number
  /** The storage can only be trusted again by a new process. */
  giveUp: () => void
}

const GRACE_MS = 10_000
/** Enough for Intercom's whole rate at a quarter of a second per call; a slow customer takes one place, not all. */
const LANES_AT_ONCE = 40
const HEALTH_MINUTES = 1 / 30
/** After a look for missed messages that a service did not answer. */
const LOOK_AGAIN_MS = 15_000

/**
 * The whole bridge, put together and started. Resolves once it listens.
 * @throws ConfigError for what only Intercom can tell is wrong in the configuration
 */
export async function startBridge(config: Config, o: BridgeOptions): Promise<Bridge> {
  const storage = await openStorage(config.databaseUrl, o)
  try {
    return await startOn(storage, config, o)
  } catch (error) {
    await storage.db.destroy()
    throw storage.explain(error)
  }
}

async function startOn(storage: Storage, config: Config, { log }: BridgeOptions): Promise<Bridge> {
  const { db, health, commit, now } = storage
  if (!storage.shared) await endAllLeases(db)
  await settingOr(db, 'installed', () => String(now()))
  const links = createMediaLinks(await mediaKey(db))
  const onExhausted = (until: number) => void shutDoor(db, 'intercom', until).catch(health.failed)
  const intercom = createIntercom(config, { now, onExhausted })
  const twilio = createTwilio(config)
  const mediaLink = linksUnder(config.publicUrl, links)
  const ours = { responder: createResponder(config, { now }), notifier: createNotifier(config, { now }) }
  const ctx: Ctx = { config, log, now, twilio, intercom, ...ours, mediaLink }
  await checkAssignees(ctx)

  const { metrics, tracing, watch } = await observe(config, storage, { log, now })
  const turn = workerOptions(ctx)
  const whoWorks = { owner: randomUUID(), lanesAtOnce: LANES_AT_ONCE }
  const worker = startWorker({ ...turn, ...whoWorks, db, commit, watch })
  const wake = wakeAll(worker, storage)
  const recording = { inbox: createInbox({ commit, now, wake }), health, metrics, tracing, now }
  const record = recorder(recording, 'webhook')

  const standing = standingOf(ctx, db)
  const reconciler = createReconciler({ ctx, db, record: recorder(recording, 'reconcile') })

  let stopping = false
  const whyNot = async () => (stopping ? ['The bridge is shutting down.'] : troubles(storage, standing, now()))
  const onTwilioRefused = (route: string, reason: string) => metrics.refused(`twilio_${route}`, reason)
  const webhooks = twilioWebhooks({ config, record, log, onRefused: onTwilioRefused })
  const eraser = createEraser({ now, log, db, wake, scrub: () => scrub(config.databaseUrl) })
  const sidebar = createSidebar({ ctx, db, wake })
  const api = { db, now, log, config, wake, reconcile: reconciler.run, standing, eraser, mediaLink }
  const routes = {
    twilioInbound: webhooks.inbound,
    twilioStatus: webhooks.status,
    intercom: intercomWebhook({ config, record, log, onRefused: (reason) => metrics.refused('intercom', reason) }),
    canvas: canvasRoutes({ config, sidebar, log, onRefused: (reason) => metrics.refused('canvas', reason) }),
    metrics: metrics.handler,
    media: mediaRoute({ db, ctx, links }),
    api: apiRoutes(api),
    series: seriesRoute({ ...api, intercom }),
    seriesTokens: config.seriesToken ? [config.seriesToken, config.seriesTokenPrevious ?? []].flat() : [],
    consoleToken: config.consoleToken,
    onWrongToken: (route: string) => metrics.refused(route, 'token'),
    console: await openConsole(ctx, { db, troubles: whyNot, vendorOf: (kind) => turn.work.effects[kind]?.vendor }),
    troubles: whyNot,
  }
  const { server, port } = await listen(createApp(routes, log), config.host, config.port)
  log.info({ port }, 'listening')
  void prime(intercom, log)
  const regular = [
    lookForMissed(ctx, storage, reconciler),
    keepStanding(ctx, standing),
    keepHouse({ ctx, storage, eraser }),
  ]
  const stopWatching = keepWatch(ctx, storage, { standing, wake, seen: metrics.troubles })

  return {
    port,
    async stop() {
      stopping = true
      const ended = regular.map((stop) => stop())
      await Promise.race([Promise.all([close(server), worker.stop(), stopWatching(), ...ended]), after(GRACE_MS)])
      server.closeAllConnections()
      await tracing.close()
      await db.destroy()
      log.info('stopped')
    },
  }
}

function workerOptions(ctx: Ctx): Omit<WorkerOptions, 'db' | 'commit' | 'watch' | 'owner' | 'lanesAtOnce'> {
  const { timing } = ctx.config.behaviour
  return {
    log: ctx.log,
    now: ctx.now,
    work: createFlows(ctx),
    leaseMs: timing.leaseSeconds * 1000,
    settleMs: timing.settleSeconds * 1000,
    retryBaseMs: timing.retryBaseSeconds * 1000,
    maxAttempts: timing.maxAttempts,
  }
}

/** There is work: for us, and for whichever other instance is quicker. */
function wakeAll(worker: Worker, storage: Storage): () => void {
  const ring = storage.bell(worker.wake)
  return () => {
    worker.wake()
    ring()
  }
}

/** Why the bridge cannot do its work, in words. A storage in trouble is tried again, so that readiness comes back by itself. */
async function troubles({ db, health }: Storage, standing: Standing, now: number): Promise<string[]> {
  try {
    if (health.trouble() && !health.damaged()) {
      await keepTime(db, 'probe', now)
      health.worked()
    }
    return [health.trouble() ?? [], await doorTroubles(db), standing.stopsTexts()].flat()
  } catch (error) {
    health.failed(error)
    return [health.trouble() ?? 'The database cannot be read.']
  }
}

/** The admin and the tag are the same for every conversation: asked for now, the first customer need not wait for them. */
async function prime(intercom: IntercomClient, log: Log): Promise<void> {
  try {
    await intercom.prime()
  } catch (err) {
    log.warn({ err }, 'Intercom did not answer at start; it is asked again with the first text')
  }
}

/** Whatever was missed while the bridge was down, and since: at once, then regularly; soon again where a service is away. */
function lookForMissed(ctx: Ctx, { db, health }: Storage, reconciler: Reconciler): () => void {
  const { onStart, everyMinutes } = ctx.config.behaviour.reconcile
  let stopped = false
  let again: NodeJS.Timeout | undefined
  const look = async () => {
    clearTimeout(again)
    try {
      const found = await reconciler.run()
      if (found.texts + found.statuses + found.replies > 0) ctx.log.info(found, 'found what had been missed')
    } catch (err) {
      ctx.log.warn({ err }, 'Could not look for missed messages; the next look covers the same time again')
      if (!stopped) again = setTimeout(look, LOOK_AGAIN_MS)
    }
  }
  if (onStart) void look()
  const shared = { db, now: ctx.now, name: 'reconcile', onFailure: health.failed }
  const stop = everyAmongAll(shared, everyMinutes, look)
  return () => {
    stopped = true
    clearTimeout(again)
    stop()
  }
}

/** Looks every two seconds whether the team has to be told of trouble. Its end waits for the look under way. */
function keepWatch(
  ctx: Ctx,
  storage: Storage,
  { standing, ...o }: Pick<HealthWatchOptions, 'wake' | 'seen'> & { standing: Standing },
): () => Promise<void> {
  const look = watchHealth({
    ...o,
    ctx,
    db: storage.db,
    troubles: async () => [...new Set([...(await troubles(storage, standing, ctx.now())), ...standing.failing()])],
    canWrite: () => storage.health.trouble() === null,
  })
  let looking = Promise.resolve()
  const stop = every(HEALTH_MINUTES, () => {
    looking = look()
    return looking
  })
  return () => {
    stop()
    return looking
  }
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeIdleConnections()
    // Those that are answered last need not be kept for a next request.
    server.keepAliveTimeout = 1
  })
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref())
}

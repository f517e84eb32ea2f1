import { randomBytes, randomUUID } from 'node:crypto'
import type { Server } from 'node:http'
import type { Config } from './config/types.ts'
import type { Ctx } from './flows/context.ts'
import { createFlows } from './flows/flows.ts'
import { createIntercom, type IntercomClient } from './intercom/client.ts'
import { intercomWebhook } from './intercom/webhook.ts'
import type { Log } from './log.ts'
import { createMediaLinks } from './media-links.ts'
import { mediaRoute } from './media-route.ts'
import { createInbox } from './queue/inbox.ts'
import { endAllLeases } from './queue/lanes.ts'
import { shutDoor } from './queue/pace.ts'
import { every } from './queue/schedule.ts'
import { startWorker } from './queue/worker.ts'
import { createReconciler, type Reconciler } from './reconcile/reconcile.ts'
import { createApp, listen } from './server.ts'
import { openDatabase } from './store/database.ts'
import { settingOr } from './store/settings.ts'
import { createTwilio } from './twilio/client.ts'
import { twilioWebhooks } from './twilio/webhook.ts'

export interface Bridge {
  port: number
  /** Stops accepting, finishes what is in flight (at most `graceMs`), closes the database. */
  stop(): Promise<void>
}

const GRACE_MS = 10_000
/** Enough for Intercom's whole rate at a quarter of a second per call; a slow customer takes one place, not all. */
const LANES_AT_ONCE = 40

/** The whole bridge, put together and started. Resolves once it listens. */
export async function startBridge(config: Config, o: { log: Log; now: () => number }): Promise<Bridge> {
  const { log, now } = o
  const { timing } = config.behaviour
  const db = await openDatabase(config.databaseUrl)
  await endAllLeases(db)
  const links = createMediaLinks(await settingOr(db, 'media.key', () => randomBytes(32).toString('base64url')))
  await settingOr(db, 'installed', () => String(now()))
  const intercom = createIntercom(config, { now, onExhausted: (until) => void shutDoor(db, 'intercom', until) })
  const ctx: Ctx = {
    config,
    log,
    now,
    twilio: createTwilio(config),
    intercom,
    mediaLink: (media, expiresAt) => `${config.publicUrl}/media/${links.sign(media, expiresAt)}`,
  }

  const worker = startWorker({
    db,
    log,
    now,
    work: createFlows(ctx),
    owner: randomUUID(),
    lanesAtOnce: LANES_AT_ONCE,
    leaseMs: timing.leaseSeconds * 1000,
    settleMs: timing.settleSeconds * 1000,
    retryBaseMs: timing.retryBaseSeconds * 1000,
    maxAttempts: timing.maxAttempts,
  })
  const inbox = createInbox({ db, now, wake: worker.wake })

  let stopping = false
  const twilio = twilioWebhooks({ config, record: inbox.record, log })
  const app = createApp(
    {
      twilioInbound: twilio.inbound,
      twilioStatus: twilio.status,
      intercom: intercomWebhook({ config, record: inbox.record, log }),
      media: mediaRoute({ db, ctx, links }),
      troubles: async () => (stopping ? ['The bridge is shutting down.'] : []),
    },
    log,
  )
  const { server, port } = await listen(app, config.host, config.port)
  log.info({ port }, 'listening')
  void prime(intercom, log)
  const stopLooking = lookForMissed(ctx, createReconciler({ ctx, db, record: inbox.record }))

  return {
    port,
    async stop() {
      stopping = true
      stopLooking()
      const closed = close(server)
      await Promise.race([Promise.all([closed, worker.stop()]), after(GRACE_MS)])
      server.closeAllConnections()
      await db.destroy()
      log.info('stopped')
    },
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

/** Whatever was missed while the bridge was down, and since: at once, then regularly. */
function lookForMissed(ctx: Ctx, reconciler: Reconciler): () => void {
  const { onStart, everyMinutes } = ctx.config.behaviour.reconcile
  const look = async () => {
    try {
      const found = await reconciler.run()
      if (found.texts + found.statuses + found.replies > 0) ctx.log.info(found, 'found what had been missed')
    } catch (err) {
      ctx.log.warn({ err }, 'Could not look for missed messages; the next look covers the same time again')
    }
  }
  if (onStart) void look()
  return every(everyMinutes, look)
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeIdleConnections()
  })
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref())
}

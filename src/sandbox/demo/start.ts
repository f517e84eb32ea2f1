import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { wallClock } from '../../clock.ts'
import { createLog } from '../../log.ts'
import { startIntercom } from '../intercom-server.ts'
import { startTwilio } from '../twilio-server.ts'
import { createActions, PHOTO } from './actions.ts'
import { makeAttributes } from './attributes.ts'
import { startLiveBridge } from './live-bridge.ts'
import { startOutside } from './outside.ts'
import { ADMINS, CUSTOMERS, nameOf, OURS, TEAMS } from './people.ts'
import { createPlayer, type Guest } from './player.ts'
import { SCENES } from './scenes/all.ts'
import { servePage } from './server.ts'
import { ACCESS_TOKEN, ACCOUNT, AUTH_TOKEN, CLIENT_SECRET } from './settings.ts'
import { stageFor } from './stage.ts'
import { type Shores, snapshot } from './state.ts'
import { createTrail } from './trail.ts'

export interface Demo {
  /** The address of the page. */
  url: string
  close(): Promise<void>
}

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

/** Slow enough to watch a text being queued, sent and delivered. */
const CALLBACK_DELAY_MS = 900

/**
 * Stand-ins for both services, the real bridge between them, and the page that shows all three, on loopback.
 * @param port of the page; another free one when it is taken, 0 for any
 */
export async function startDemo({ port }: { port: number }): Promise<Demo> {
  const folder = mkdtempSync(join(tmpdir(), 'bridge-demo-'))
  const removeFolder = () => rmSync(folder, { recursive: true, force: true })
  process.once('exit', removeFolder)
  const { now, pass } = createClock()
  const shores = await startShores(now)
  const guests: Guest[] = []
  const trail = createTrail({ nameOf: (address) => nameOf(address, guests), now })
  // The numbers are invented, so the log may name them: the trail tells Maria from Tom by them.
  const log = createLog({ level: 'info', pii: true }, trail)
  const outside = await startOutside(({ place, words }) => {
    trail.tell({ tone: 'out', title: `To ${place}`, detail: words })
  })
  const parts = { shores, outside, folder }
  await makeAttributes(parts, now)
  const bridge = await startLiveBridge(parts, { log, now, giveUp })
  const actions = createActions(shores, trail)
  const putForward = (ms: number) => {
    pass(ms)
    trail.tell({ tone: 'done', title: `${timeOf(ms)} go by`, detail: 'For everybody, at once.' })
  }
  const player = createPlayer({
    scenes: SCENES,
    guests,
    log: (err) => log.error({ err }, 'A scene went wrong'),
    invite({ phone, name }) {
      shores.intercom.addContact({ phone, name })
      const { request, read } = bridge
      return stageFor({ shores, phone, told: () => outside.told, photo: PHOTO, request, read, now, pass: putForward })
    },
    withSettings(settings, scene) {
      trail.tell({ tone: 'done', title: 'The bridge is started with other settings', detail: settings.trim() })
      return bridge.withSettings(settings, scene)
    },
  })
  const page = await servePage({
    port,
    shores,
    actions,
    state: () => snapshot({ shores, waiting: actions.waiting(), trail: trail.steps, player, guests }),
    consoleUrl: bridge.consoleUrl,
    play: (scene) => void player.play(scene),
  })

  return {
    url: page.url,
    async close() {
      await page.close()
      // Before the bridge: a call it is waiting for fails now and not after its timeout.
      await Promise.all([shores.twilio.close(), shores.intercom.close(), outside.close()])
      await bridge.stop()
      removeFolder()
      process.off('exit', removeFolder)
    },
  }
}

/** The clock of everybody in the demo: it can be put forward. */
function createClock(): { now: () => number; pass: (ms: number) => void } {
  let passed = 0
  return {
    now: () => wallClock() + passed,
    pass(ms) {
      passed += ms
    },
  }
}

function timeOf(ms: number): string {
  return ms < DAY_MS ? `${Math.round(ms / MINUTE_MS)} minutes` : `${Math.round(ms / DAY_MS)} days`
}

function giveUp(): never {
  throw new Error('The demo cannot write to its folder any more.')
}

async function startShores(now: () => number): Promise<Shores> {
  const twilio = await startTwilio({
    accountSid: ACCOUNT,
    authToken: AUTH_TOKEN,
    numbers: [...OURS.keys()],
    callbackDelayMs: CALLBACK_DELAY_MS,
    now,
  })
  const intercom = await startIntercom({
    accessToken: ACCESS_TOKEN,
    clientSecret: CLIENT_SECRET,
    appId: 'demo',
    admins: ADMINS,
    teams: TEAMS,
    retryDelayMs: 5000,
    now,
  })
  for (const { phone, name, known } of CUSTOMERS) if (known) intercom.addContact({ phone, name })
  return { twilio, intercom }
}

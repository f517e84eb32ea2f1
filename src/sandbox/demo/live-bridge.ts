import { type BridgeOptions, startBridge } from '../../bridge.ts'
import { CONSOLE_TOKEN, configFor, type DemoParts, PUBLIC_URL, SERIES_TOKEN } from './settings.ts'
import type { StageParts } from './stage.ts'

/** The bridge of the demo, as an operator runs it and a program of the business calls it. */
export interface LiveBridge {
  /** Starts it anew with these keys of the behaviour file, and as before once `scene` is over. */
  withSettings(settings: string, scene: () => Promise<void>): Promise<void>
  request: StageParts['request']
  read: StageParts['read']
  /** Where operators look at it for now: started anew, it listens elsewhere. */
  consoleUrl(): string
  stop(): Promise<void>
}

const PROGRAMS = {
  api: { path: '/api/v1/messages', token: CONSOLE_TOKEN },
  series: { path: '/webhooks/intercom/series', token: SERIES_TOKEN },
}

export async function startLiveBridge(parts: DemoParts, options: BridgeOptions): Promise<LiveBridge> {
  const { twilio, intercom } = parts.shores
  let address = ''

  async function start(settings?: string): Promise<Awaited<ReturnType<typeof startBridge>>> {
    const started = await startBridge(configFor(parts, settings), options)
    address = `http://127.0.0.1:${started.port}`
    for (const shore of [twilio, intercom]) {
      shore.bridgeUrl = PUBLIC_URL
      shore.connectUrl = address
    }
    return started
  }

  let bridge = await start()
  async function restart(settings?: string): Promise<void> {
    await bridge.stop()
    bridge = await start(settings)
  }

  async function asked(path: string, token: string, init: RequestInit = {}): Promise<Response> {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const res = await fetch(address + path, { ...init, headers })
    if (!res.ok) throw new Error(`${path} answered ${res.status}.`)
    return res
  }

  return {
    async withSettings(settings, scene) {
      await restart(settings)
      try {
        await scene()
      } finally {
        await restart()
      }
    },
    async request(program, body) {
      const { path, token } = PROGRAMS[program]
      await asked(path, token, { method: 'POST', body: JSON.stringify(body) })
    },
    async read(path) {
      return (await asked(`/api/v1/${path}`, CONSOLE_TOKEN)).json()
    },
    consoleUrl: () => `${address}/console/`,
    stop: () => bridge.stop(),
  }
}
